package dev.intermission.checkpoint.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.intermission.checkpoint.failure.Excerpt;
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
      requireReadable(key, json.path("formatVersion"));
      return new Head(
          number(json, "run"),
          number(json, "writerEpoch"),
          number(json, "seq"),
          text(json, "pod"),
          manifest(text(json, "manifest"), text(json, "sha256")),
          text(json, "rolledBack"));
    } catch (IOException | IllegalArgumentException e) {
      var why =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      throw new StoreException.Damaged(
          key
              + " is not a HEAD that Intermission wrote ("
              + Excerpt.of(String.valueOf(why))
              + "). Nothing was changed, and nothing starts from zero. Restore the object from a"
              + " backup or an older version of it.");
    }
  }

  private static void requireReadable(String key, JsonNode version) {
    if (!version.isIntegralNumber() || version.bigIntegerValue().signum() < 1) {
      throw new IllegalArgumentException("formatVersion is missing");
    }
    if (version.canConvertToInt() && version.intValue() <= FORMAT) return;
    throw new StoreException.FormatTooNew(
        key
            + " has format version "
            + Excerpt.of(version.asText())
            + ", this Intermission reads and writes up to "
            + FORMAT
            + ". Nothing was changed, and nothing is written. Upgrade Intermission to one that"
            + " knows version "
            + Excerpt.of(version.asText())
            + ".");
  }

  /** Both or neither: one that lacks its half must not pass for a job without a checkpoint. */
  private static Optional<ManifestRef> manifest(Optional<String> name, Optional<String> sha256) {
    if (name.isEmpty() && sha256.isEmpty()) return Optional.empty();
    return Optional.of(ManifestRef.of(name.orElse(""), sha256.orElse("")));
  }

  private static Optional<String> text(JsonNode json, String field) {
    var value = json.path(field);
    if (value.isMissingNode()) return Optional.empty();
    if (value.isTextual()) return Optional.of(value.textValue());
    throw new IllegalArgumentException(field + " is not a text");
  }

  private static long number(JsonNode json, String field) {
    var value = json.path(field);
    if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
      return value.longValue();
    }
    throw new IllegalArgumentException(field + " is not a whole number");
  }
}
