package dev.intermission.djl.metrics;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The frame of one event: length (u64), masked CRC32C of the length, content, masked CRC32C of the
 * content; little-endian.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord</a>
 */
final class Record {

  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int FRAME_BYTES = HEADER_BYTES + Integer.BYTES;

  private Record() {}

  static ByteBuffer of(byte[] content) {
    var record = ByteBuffer.allocate(FRAME_BYTES + content.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(content.length);
    record.putInt(masked(record.array(), 0, Long.BYTES));
    record.put(content);
    return record.putInt(masked(content, 0, content.length)).flip();
  }

  /**
   * The content of the record at the position of {@code file}, which is then behind it; empty, and
   * the position as it was, where no whole one follows.
   */
  static Optional<byte[]> next(ByteBuffer file) {
    var from = file.position();
    if (file.remaining() < FRAME_BYTES) return Optional.empty();
    var length = file.getLong(from);
    if (length < 0 || length > file.remaining() - FRAME_BYTES) return Optional.empty();
    var content = new byte[(int) length];
    file.get(from + HEADER_BYTES, content);
    if (file.getInt(from + HEADER_BYTES + content.length) != masked(content, 0, content.length))
      return Optional.empty();
    file.position(from + FRAME_BYTES + content.length);
    return Optional.of(content);
  }

  /** Rotated and moved, since a CRC over data that contains a CRC says little. */
  private static int masked(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xA282EAD8;
  }
}
