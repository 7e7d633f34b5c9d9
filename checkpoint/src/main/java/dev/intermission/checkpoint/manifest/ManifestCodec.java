package dev.intermission.checkpoint.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.ByteBufferBackedOutputStream;
import dev.intermission.checkpoint.failure.Excerpt;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Sum;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Manifests as JSON: encode and decode mirror each other, field by field, and
 * docs/checkpoint-format.md tells the same. Unknown fields are ignored; a newer format version is
 * not.
 */
public final class ManifestCodec {

  /** Of one manifest: room for some 800,000 files. Longer ones are neither written nor read. */
  static final long LONGEST_BYTES = 128L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ManifestCodec() {}

  /**
   * The bytes of {@code manifest}: equal manifests give equal bytes.
   *
   * @throws StoreException.DirectoryRefused they are more than {@link #LONGEST_BYTES}, and nobody
   *     could read them again
   */
  public static byte[] encode(Manifest manifest) {
    return encode(manifest, LONGEST_BYTES);
  }

  static byte[] encode(Manifest manifest, long most) {
    var json = JSON.createObjectNode();
    json.put("formatVersion", manifest.formatVersion());
    putIdentity(json, manifest.job(), manifest.step(), manifest.token());
    manifest.requestId().ifPresent(id -> json.put("requestId", id));
    json.put("finished", manifest.finished());
    json.put("worldSize", manifest.worldSize());
    manifest.parent().ifPresent(parent -> putRef(json.putObject("parent"), parent));
    json.put("createdAt", manifest.createdAt().toString());
    return bytes(
        json,
        length -> requireReadable(manifest, length, most),
        to -> {
          to.writeArrayFieldStart("parts");
          for (var part : manifest.parts()) writePart(to, part);
          to.writeEndArray();
        });
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
        new Field("parts", ManifestCodec::parts),
        (json, parts) ->
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
                parts));
  }

  /** One rank's part, as rank 0 of a gang reads it. */
  public static byte[] encodePart(PartFile file) {
    var json = JSON.createObjectNode();
    json.put("formatVersion", Manifest.FORMAT);
    putIdentity(json, file.job(), file.step(), file.token());
    json.put("finished", file.finished());
    json.put("worldSize", file.worldSize());
    json.put("oldestChunk", file.oldestChunk().toString());
    return bytes(
        json,
        _ -> {}, // rank 0 refuses it with the manifest that it would stand in
        to -> {
          to.writeFieldName("part");
          writePart(to, file.part());
        });
  }

  /** Refuses as {@link #decode} does. */
  public static PartFile decodePart(String name, byte[] bytes) {
    return decoding(
        "Part " + name,
        bytes,
        new Field("part", json -> List.of(part(json))),
        (json, parts) ->
            new PartFile(
                job(json),
                number(json, "step"),
                token(json),
                flag(json, "finished"),
                Math.toIntExact(number(json, "worldSize")),
                Instant.parse(text(json, "oldestChunk")),
                parts.getFirst()));
  }

  /** The field that holds parts, and how they stand in it. */
  private record Field(String name, Parts parts) {}

  @FunctionalInterface
  private interface Parts {
    List<Part> read(JsonParser json) throws IOException;
  }

  private static <T> T decoding(
      String what, byte[] bytes, Field field, BiFunction<JsonNode, List<Part>, T> build) {
    try {
      requireFormat(what, bytes);
      try (var json = opened(bytes)) {
        var fields = JSON.createObjectNode();
        var parts = Optional.<List<Part>>empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          var name = json.currentName();
          json.nextToken();
          if (name.equals(field.name())) parts = Optional.of(field.parts().read(json));
          else fields.set(name, json.readValueAsTree());
        }
        return build.apply(
            fields, parts.orElseThrow(() -> new IllegalArgumentException("no " + field.name())));
      }
    } catch (JsonProcessingException e) {
      throw damaged(what, e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw damaged(what, e.getMessage());
    }
  }

  /** A look at all of it before anything is taken from it: of a newer one nothing else is known. */
  private static void requireFormat(String what, byte[] bytes) throws IOException {
    try (var json = opened(bytes)) {
      var fields = JSON.createObjectNode();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var isVersion = json.currentName().equals("formatVersion");
        json.nextToken();
        if (isVersion) fields.set("formatVersion", json.readValueAsTree());
        else json.skipChildren();
      }
      if (json.nextToken() != null) throw new IllegalArgumentException("it goes on after its end");
      var version = fields.path("formatVersion");
      if (!version.isIntegralNumber() || version.bigIntegerValue().signum() < 1) {
        throw new IllegalArgumentException("formatVersion is no whole number from 1 on");
      }
      if (version.canConvertToInt() && version.intValue() <= Manifest.FORMAT) return;
      throw new StoreException.FormatTooNew(
          what
              + " has format version "
              + Excerpt.of(version.asText())
              + ", this Intermission reads up to "
              + Manifest.FORMAT
              + ". Nothing was changed. Upgrade Intermission.");
    }
  }

  private static JsonParser opened(byte[] bytes) throws IOException {
    var json = JSON.createParser(bytes);
    if (json.nextToken() == JsonToken.START_OBJECT) return json;
    throw new IllegalArgumentException("it is not an object");
  }

  private static StoreException.Damaged damaged(String what, String why) {
    return new StoreException.Damaged(
        what + " is damaged: " + Excerpt.of(String.valueOf(why)) + ". Nothing was changed.");
  }

  private static void requireReadable(Manifest manifest, long length, long most) {
    if (length <= most) return;
    var files = manifest.parts().stream().mapToLong(part -> part.files().size()).sum();
    throw new StoreException.DirectoryRefused(
        "Checkpoint "
            + manifest.step()
            + " of "
            + manifest.job().display()
            + " has "
            + files
            + " files: its manifest would have "
            + length
            + " bytes, and nobody reads one of more than "
            + most
            + ". HEAD was not changed. Save fewer files: pack small ones into one, for example"
            + " with tar.");
  }

  /** What is written behind the fields that are few. */
  @FunctionalInterface
  private interface Rest {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /**
   * The fields of {@code fields}, then {@code rest}, which is too long to be held as a tree.
   * Written twice, first only to learn how long it is: a buffer that grows would take twice the
   * memory.
   */
  private static byte[] bytes(ObjectNode fields, LongConsumer limit, Rest rest) {
    try {
      var length = new Length();
      write(length, fields, rest);
      limit.accept(length.bytes);
      var bytes = ByteBuffer.allocate(Math.toIntExact(length.bytes));
      write(new ByteBufferBackedOutputStream(bytes), fields, rest);
      return bytes.array();
    } catch (IOException e) {
      throw new UncheckedIOException("writing into memory", e);
    }
  }

  private static void write(OutputStream to, ObjectNode fields, Rest rest) throws IOException {
    try (var json = JSON.createGenerator(to)) {
      json.writeStartObject();
      for (var field : fields.properties()) {
        json.writeFieldName(field.getKey());
        json.writeTree(field.getValue());
      }
      rest.writeTo(json);
      json.writeEndObject();
    }
  }

  /** Counts what is written to it and keeps nothing. */
  private static final class Length extends OutputStream {

    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      bytes += length;
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

  private static void writePart(JsonGenerator to, Part part) throws IOException {
    to.writeStartObject();
    to.writeNumberField("rank", part.rank());
    to.writeStringField("podUid", part.podUid());
    to.writeFieldName("declared");
    to.writeTree(part.declared());
    to.writeArrayFieldStart("files");
    for (var file : part.files()) writeFile(to, file);
    to.writeEndArray();
    to.writeArrayFieldStart("chunks");
    for (var chunk : part.chunks()) writeChunk(to, chunk);
    to.writeEndArray();
    to.writeEndObject();
  }

  private static void writeFile(JsonGenerator to, FileEntry file) throws IOException {
    to.writeStartObject();
    to.writeStringField("path", file.path());
    to.writeNumberField("bytes", file.bytes());
    if (file.sum().isPresent()) to.writeStringField("sha256", file.sum().get().hex());
    to.writeEndObject();
  }

  private static void writeChunk(JsonGenerator to, ChunkRef chunk) throws IOException {
    to.writeStartObject();
    to.writeStringField("key", chunk.key());
    to.writeStringField("sha256", chunk.sha256());
    to.writeNumberField("bytes", chunk.bytes());
    to.writeEndObject();
  }

  private static List<Part> parts(JsonParser json) throws IOException {
    return list(json, "parts", ManifestCodec::part);
  }

  private static Part part(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) throw new IllegalArgumentException("a part is none");
    var fields = JSON.createObjectNode();
    var files = Optional.<List<FileEntry>>empty();
    var chunks = Optional.<List<ChunkRef>>empty();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      switch (name) {
        case "files" -> files = Optional.of(elements(json, name, ManifestCodec::file));
        case "chunks" -> chunks = Optional.of(elements(json, name, ManifestCodec::chunk));
        default -> fields.set(name, json.readValueAsTree());
      }
    }
    return new Part(
        Math.toIntExact(number(fields, "rank")),
        text(fields, "podUid"),
        files.orElseThrow(() -> new IllegalArgumentException("no files")),
        chunks.orElseThrow(() -> new IllegalArgumentException("no chunks")),
        fields.path("declared"));
  }

  @FunctionalInterface
  private interface Element<T> {
    T read(JsonParser json) throws IOException;
  }

  /** One element's tree at a time: a hundred thousand of them would not fit into an agent. */
  private static <T> List<T> elements(JsonParser json, String field, Function<JsonNode, T> element)
      throws IOException {
    return list(json, field, one -> element.apply(one.readValueAsTree()));
  }

  private static <T> List<T> list(JsonParser json, String field, Element<T> element)
      throws IOException {
    if (!json.isExpectedStartArrayToken()) {
      throw new IllegalArgumentException(field + " is not a list");
    }
    var elements = new ArrayList<T>();
    while (json.nextToken() != JsonToken.END_ARRAY) elements.add(element.read(json));
    return elements;
  }

  private static FileEntry file(JsonNode json) {
    var sum = Optional.ofNullable(json.get("sha256")).map(_ -> Sum.of(text(json, "sha256")));
    return new FileEntry(text(json, "path"), number(json, "bytes"), sum);
  }

  private static ChunkRef chunk(JsonNode json) {
    return new ChunkRef(text(json, "key"), text(json, "sha256"), number(json, "bytes"));
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
