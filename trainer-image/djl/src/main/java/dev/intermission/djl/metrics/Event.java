package dev.intermission.djl.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * The three messages of TensorBoard that are needed, in protobuf's wire format.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto">event.proto</a>
 */
final class Event {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  // of Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  // of Summary, Summary.Value and SessionLog
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int STATUS = 1;
  private static final int START = 1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Event() {}

  /** What a file begins with. */
  static byte[] version(Instant now) {
    return at(now, 0)
        .bytes(FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.US_ASCII))
        .done();
  }

  /** Tells a reader that follows the folder to forget what it has of {@code step} and later. */
  static byte[] start(Instant now, long step) {
    return at(now, step).bytes(SESSION_LOG, new Event().varint(STATUS, START).done()).done();
  }

  /** Numbers by their tag, in that order. */
  static byte[] scalars(Instant now, long step, Map<String, Double> values) {
    var summary = new Event();
    values.forEach(
        (tag, value) ->
            summary.bytes(
                VALUE,
                new Event()
                    .bytes(TAG, tag.getBytes(StandardCharsets.UTF_8))
                    .fixed32(SIMPLE_VALUE, Float.floatToRawIntBits(value.floatValue()))
                    .done()));
    return at(now, step).bytes(SUMMARY, summary.done()).done();
  }

  /** The step of an event that one of the others made; absent is 0, as protobuf has it. */
  static long stepOf(byte[] event) {
    var in = ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      var key = readVarint(in);
      if (key == (STEP << 3 | VARINT)) return readVarint(in);
      switch ((int) key & 7) {
        case VARINT -> readVarint(in);
        case FIXED64 -> in.position(in.position() + Long.BYTES);
        case FIXED32 -> in.position(in.position() + Integer.BYTES);
        default -> {
          var length = (int) readVarint(in);
          in.position(in.position() + length);
        }
      }
    }
    return 0;
  }

  private static Event at(Instant now, long step) {
    var event = new Event();
    var seconds = now.getEpochSecond() + now.getNano() / 1e9;
    event.key(WALL_TIME, FIXED64).littleEndian(Double.doubleToRawLongBits(seconds), Long.BYTES);
    return step == 0 ? event : event.varint(STEP, step);
  }

  private Event varint(int field, long value) {
    return key(field, VARINT).varint(value);
  }

  private Event bytes(int field, byte[] value) {
    key(field, BYTES).varint(value.length).out.writeBytes(value);
    return this;
  }

  private Event fixed32(int field, int value) {
    return key(field, FIXED32).littleEndian(value, Integer.BYTES);
  }

  private Event key(int field, int type) {
    return varint((long) field << 3 | type);
  }

  /** Seven bits a byte, the lowest first. */
  private Event varint(long value) {
    for (var rest = value; ; rest >>>= 7) {
      if (rest >>> 7 == 0) {
        out.write((int) rest);
        return this;
      }
      out.write((int) (rest & 0x7F | 0x80));
    }
  }

  private Event littleEndian(long value, int bytes) {
    for (var i = 0; i < bytes; i++) out.write((int) (value >>> (8 * i)));
    return this;
  }

  private byte[] done() {
    return out.toByteArray();
  }

  private static long readVarint(ByteBuffer in) {
    var value = 0L;
    for (var shift = 0; ; shift += 7) {
      var next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) return value;
    }
  }
}
