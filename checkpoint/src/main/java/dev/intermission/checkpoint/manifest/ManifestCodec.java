package dev.intermission.checkpoint.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.intermission.checkpoint.failure.Excerpt;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Manifests as JSON: encode and decode mirror each other, field by field, and
 * docs/checkpoint-format.md tells the same. Unknown fields are ignored; a newer format version is
 * not.
 */
public final class ManifestCodec {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ManifestCodec() {}

  /** The bytes of {@code manifest}: equal manifests give equal bytes. */
  public static byte[] encode(Manifest manifest) {
    var json = JSON.createObjectNode();
    json.put("formatVersion", manifest.formatVersion());
    putIdentity(json, manifest.job(), manifest.step(), manifest.token());
    manifest.requestId().ifPresent(id -> json.put("requestId", id));
    json.put("finished", manifest.finished());
    json.put("worldSize", manifest.worldSize());
    manifest.parent().ifPresent(parent -> putRef(json.putObject("parent"), parent));
    json.put("createdAt", manifest.createdAt().toString());
    var parts = json.putArray("parts");
    manifest.parts().forEach(part -> putPart(parts.addObject(), part));
    return bytes(json);
  }

  /**
   * The manifest in {@code bytes}.
   *
   * @param name what it is called in errors
   * @throws StoreException.FormatTooNew written by a newer version
   * @throws StoreException.Damaged not a manifest: broken JSON, a path that leaves its directory, a
   *     name twice, sums that do not add up
   */
  public static Manifest decode(String name, byte[] bytes) {
    return decoding(
        "Manifest " + name,
        bytes,
        json ->
            new Manifest(
                json.get("formatVersion").intValue(),
                job(json),
                number(json, "step"),
                token(json),
                optional(json, "requestId").map(id -> number(json, "requestId")),
                flag(json, "finished"),
                Math.toIntExact(number(json, "worldSize")),
                optional(json, "parent").map(ManifestCodec::ref),
                Instant.parse(text(json, "createdAt")),
                list(json, "parts", ManifestCodec::part)));
  }

  /** One rank's part, as rank 0 of a gang reads it. */
  public static byte[] encodePart(PartFile file) {
    var json = JSON.createObjectNode();
    json.put("formatVersion", Manifest.FORMAT);
    putIdentity(json, file.job(), file.step(), file.token());
    json.put("finished", file.finished());
    json.put("worldSize", file.worldSize());
    json.put("oldestChunk", file.oldestChunk().toString());
    putPart(json.putObject("part"), file.part());
    return bytes(json);
  }

  /** Refuses as {@link #decode} does. */
  public static PartFile decodePart(String name, byte[] bytes) {
    return decoding(
        "Part " + name,
        bytes,
        json ->
            new PartFile(
                job(json),
                number(json, "step"),
                token(json),
                flag(json, "finished"),
                Math.toIntExact(number(json, "worldSize")),
                Instant.parse(text(json, "oldestChunk")),
                part(json.path("part"))));
  }

  private static <T> T decoding(String what, byte[] bytes, Function<JsonNode, T> build) {
    try {
      var json = JSON.readTree(bytes);
      var version = number(json, "formatVersion");
      if (version > Manifest.FORMAT) {
        throw new StoreException.FormatTooNew(
            what
                + " has format version "
                + version
                + ", this Intermission reads up to "
                + Manifest.FORMAT
                + ". Nothing was changed. Upgrade Intermission.");
      }
      if (version != Manifest.FORMAT)
        throw new IllegalArgumentException("formatVersion " + version);
      return build.apply(json);
    } catch (JsonProcessingException e) {
      throw damaged(what, e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw damaged(what, e.getMessage());
    }
  }

  private static StoreException.Damaged damaged(String what, String why) {
    return new StoreException.Damaged(
        what + " is damaged: " + Excerpt.of(String.valueOf(why)) + ". Nothing was changed.");
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a JSON tree can always be written", e);
    }
  }

  private static void putIdentity(ObjectNode json, JobKey job, long step, FencingToken token) {
    var key = json.putObject("job");
    key.put("namespace", job.namespace());
    key.put("name", job.name());
    key.put("uid", job.uid());
    json.put("step", step);
    json.put("run", token.run());
    json.put("writerEpoch", token.writerEpoch());
  }

  private static JobKey job(JsonNode json) {
    var key = json.path("job");
    return new JobKey(text(key, "namespace"), text(key, "name"), text(key, "uid"));
  }

  private static FencingToken token(JsonNode json) {
    return new FencingToken(number(json, "run"), number(json, "writerEpoch"));
  }

  private static void putRef(ObjectNode json, ManifestRef ref) {
    json.put("manifest", ref.name());
    json.put("sha256", ref.sha256());
  }

  private static ManifestRef ref(JsonNode json) {
    return ManifestRef.of(text(json, "manifest"), text(json, "sha256"));
  }

  private static void putPart(ObjectNode json, Part part) {
    json.put("rank", part.rank());
    json.put("podUid", part.podUid());
    json.set("declared", part.declared());
    var files = json.putArray("files");
    for (var file : part.files()) {
      var entry = files.addObject();
      entry.put("path", file.path());
      entry.put("bytes", file.bytes());
      var chunks = entry.putArray("chunks");
      for (var chunk : file.chunks()) {
        chunks
            .addObject()
            .put("key", chunk.key())
            .put("sha256", chunk.sha256())
            .put("bytes", chunk.bytes());
      }
    }
  }

  private static Part part(JsonNode json) {
    return new Part(
        Math.toIntExact(number(json, "rank")),
        text(json, "podUid"),
        list(json, "files", ManifestCodec::file),
        json.path("declared"));
  }

  private static FileEntry file(JsonNode json) {
    return new FileEntry(
        text(json, "path"), number(json, "bytes"), list(json, "chunks", ManifestCodec::chunk));
  }

  private static ChunkRef chunk(JsonNode json) {
    return new ChunkRef(text(json, "key"), text(json, "sha256"), number(json, "bytes"));
  }

  private static <T> List<T> list(JsonNode json, String field, Function<JsonNode, T> element) {
    var array = json.path(field);
    if (!array.isArray()) throw new IllegalArgumentException(field + " is not a list");
    return StreamSupport.stream(array.spliterator(), false).map(element).toList();
  }

  private static Optional<JsonNode> optional(JsonNode json, String field) {
    return Optional.ofNullable(json.get(field)).filter(value -> !value.isNull());
  }

  private static String text(JsonNode json, String field) {
    var value = json.path(field);
    if (!value.isTextual()) throw new IllegalArgumentException(field + " is not a text");
    return value.textValue();
  }

  private static long number(JsonNode json, String field) {
    var value = json.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(field + " is not a whole number");
    }
    return value.longValue();
  }

  private static boolean flag(JsonNode json, String field) {
    var value = json.path(field);
    if (!value.isBoolean()) throw new IllegalArgumentException(field + " is not true or false");
    return value.booleanValue();
  }
}
