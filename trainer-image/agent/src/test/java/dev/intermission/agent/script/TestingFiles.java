package dev.intermission.agent.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files as training scripts write them. */
final class TestingFiles {

  private TestingFiles() {}

  /** What {@code torch.save} writes: a ZIP archive. */
  static byte[] archive(String content) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(content.repeat(100).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** One tensor of so many bytes. */
  static byte[] safetensors(int dataBytes) {
    var header =
        "{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(dataBytes, dataBytes)
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  static byte[] first(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns when the file system stamps what is written with another time than {@code file}'s. */
  static void afterTheTickOf(Path file) throws IOException {
    var probe = Files.createTempFile("tick", "");
    try {
      var then = Files.getLastModifiedTime(file);
      while (Files.getLastModifiedTime(Files.write(probe, new byte[1])).compareTo(then) <= 0)
        Thread.onSpinWait();
    } finally {
      Files.delete(probe);
    }
  }
}
