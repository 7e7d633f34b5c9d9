package dev.intermission.checkpoint.protocol;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import java.io.IOException;
import java.util.Optional;

/**
 * HEAD as JSON. Unknown fields are ignored; a newer format version is not, since a swap would drop
 * what it added.
 */
final class HeadCodec {

  private static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private HeadCodec() {}

  static byte[] encode(Head head) {
    var json = JSON.createObjectNode();
    json.put("formatVersion", FORMAT);
    json.put("run", head.run());
    json.put("writerEpoch", head.writerEpoch());
    json.put("seq", head.seq());
    head.pod().ifPresent(pod -> json.put("pod", pod));
    head.manifest().ifPresent(ref -> json.put("manifest", ref.name()).put("sha256", ref.sha256()));
    head.rolledBack().ifPresent(id -> json.put("rolledBack", id));
    try {
      return JSON.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new AssertionError("a JSON tree can always be written", e);
    }
  }

  static Head decode(String key, byte[] bytes) {
    try {
      var json = JSON.readTree(bytes);
      var version = json.path("formatVersion").asLong(0);
      if (version > FORMAT) {
        throw new StoreException.FormatTooNew(
            key
                + " has format version "
                + version
                + ", this Intermission reads up to "
                + FORMAT
                + ". Nothing was changed. Upgrade Intermission.");
      }
      return new Head(
          number(json, "run"),
          number(json, "writerEpoch"),
          number(json, "seq"),
          text(json, "pod"),
          text(json, "manifest").map(name -> ManifestRef.of(name, text(json, "sha256").orElse(""))),
          text(json, "rolledBack"));
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException.Damaged(
          key
              + " is not a HEAD that Intermission wrote ("
              + e.getMessage()
              + "). Nothing was changed. Restore the object from a backup or an older version of"
              + " it.");
    }
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }

  private static long number(JsonNode json, String field) {
    var value = json.path(field);
    if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
      return value.longValue();
    }
    throw new IllegalArgumentException(field + " is not a whole number");
  }
}
