package dev.intermission.agent.script;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a file's own format says about its end. {@code torch.save} writes ZIP archives, whose
 * directory comes last; safetensors states its length in the beginning; JSON closes what it opened.
 */
enum Wholeness {
  /** Its format says that nothing is missing. */
  WHOLE,
  /** Its format says that the end is missing. */
  CUT_OFF,
  /** Its format says nothing. */
  UNKNOWN;

  private static final int ZIP_BEGIN = 0x04034b50;
  private static final int ZIP_END = 0x06054b50;
  private static final int ZIP_END_BYTES = 22;
  private static final int LONGEST_ZIP_COMMENT = 0xffff;

  /** Python writes NaN and Infinity, people write comments. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  /** Of a file, or of all files below a folder: one that is cut off speaks for all. */
  static Wholeness of(Path entry) throws IOException {
    if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) return ofFile(entry);
    var all = WHOLE;
    try (var walk = Files.walk(entry)) {
      for (var file :
          walk.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList()) {
        switch (ofFile(file)) {
          case CUT_OFF -> {
            return CUT_OFF;
          }
          case UNKNOWN -> all = UNKNOWN;
          case WHOLE -> {}
        }
      }
    }
    return all;
  }

  private static Wholeness ofFile(Path file) throws IOException {
    var name = file.getFileName().toString();
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (name.endsWith(".safetensors")) return safetensors(channel);
      if (name.endsWith(".json")) return json(channel);
      return startsAsZip(channel) ? zip(channel) : UNKNOWN;
    }
  }

  /** Also when only the first of the four bytes are there yet. */
  private static boolean startsAsZip(FileChannel file) throws IOException {
    var bytes = (int) Math.min(file.size(), Integer.BYTES);
    var begin = read(file, 0, bytes);
    for (var i = 0; i < bytes; i++) if (begin.get(i) != (byte) (ZIP_BEGIN >> 8 * i)) return false;
    return bytes > 0;
  }

  /** APPNOTE.TXT, 4.3.16: the end record, then a comment whose length it states. */
  private static Wholeness zip(FileChannel file) throws IOException {
    var tailBytes = (int) Math.min(file.size(), ZIP_END_BYTES + LONGEST_ZIP_COMMENT);
    if (tailBytes < ZIP_END_BYTES) return CUT_OFF;
    var tail = read(file, file.size() - tailBytes, tailBytes);
    for (var at = tailBytes - ZIP_END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) != ZIP_END) continue;
      var comment = Short.toUnsignedInt(tail.getShort(at + 20));
      if (at + ZIP_END_BYTES + comment == tailBytes) return WHOLE;
    }
    return CUT_OFF;
  }

  /** The length of a JSON header (u64, little-endian), the header, then the tensors' bytes. */
  private static Wholeness safetensors(FileChannel file) throws IOException {
    if (file.size() < Long.BYTES) return CUT_OFF;
    var header = read(file, 0, Long.BYTES).getLong();
    if (header < 0 || header > file.size() - Long.BYTES) return CUT_OFF;
    var end = 0L;
    file.position(Long.BYTES);
    try (var in = JSON.createParser(Channels.newInputStream(file))) {
      var depth = 0;
      do {
        var token = in.nextToken();
        if (token == null) return CUT_OFF;
        if (token.isStructStart()) depth++;
        if (token.isStructEnd()) depth--;
        if (token == JsonToken.FIELD_NAME && in.currentName().equals("data_offsets"))
          end = Math.max(end, secondOf(in));
      } while (depth > 0);
      return file.size() == Long.BYTES + header + end ? WHOLE : CUT_OFF;
    } catch (JsonProcessingException _) {
      return CUT_OFF;
    }
  }

  private static long secondOf(JsonParser in) throws IOException {
    in.nextToken();
    in.nextToken();
    in.nextToken();
    var second = in.getLongValue();
    in.nextToken();
    return second;
  }

  private static Wholeness json(FileChannel file) throws IOException {
    try (var in = JSON.createParser(Channels.newInputStream(file))) {
      var any = false;
      while (in.nextToken() != null) any = true;
      return any ? WHOLE : CUT_OFF;
    } catch (JsonProcessingException _) {
      return CUT_OFF;
    }
  }

  private static ByteBuffer read(FileChannel file, long from, int bytes) throws IOException {
    var buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, from + buffer.position()) < 0) break; // it became shorter meanwhile
    }
    return buffer.rewind();
  }
}
