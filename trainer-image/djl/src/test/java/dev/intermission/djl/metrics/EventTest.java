package dev.intermission.djl.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

  private static final Instant NOW = Instant.ofEpochMilli(1_000_500);

  /**
   * Written by the record writer and the messages of Python's tensorboard 2.21.0: the version, the
   * start of a session at step 300, and at that step train/loss 0.5 and validation/accuracy NaN.
   */
  private static final String BY_TENSORBOARD =
      "1800000000000000a37f4b22090000000000448f401a0d627261696e2e4576656e743a32aba33345"
          + "100000000000000095fbfe18090000000000448f4010ac023a020801e1133350"
          + "3d000000000000006049f1ec090000000000448f4010ac022a2f0a110a0a747261696e2f6c6f737315"
          + "0000003f0a1a0a1376616c69646174696f6e2f6163637572616379150000c07fe58f1585";

  @Test
  void theBytesAreThoseOfTensorBoardItself() {
    var values = new LinkedHashMap<String, Double>();
    values.put("train/loss", 0.5);
    values.put("validation/accuracy", Double.NaN);
    var out = new ByteArrayOutputStream();
    for (var event :
        new byte[][] {Event.version(NOW), Event.start(NOW, 300), Event.scalars(NOW, 300, values)})
      out.writeBytes(Record.of(event).array());

    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(BY_TENSORBOARD);
  }

  @Test
  void theStepOfEachIsFoundAgain() {
    var file = golden();

    assertThat(Record.next(file).map(Event::stepOf)).contains(0L);
    assertThat(Record.next(file).map(Event::stepOf)).contains(300L);
    assertThat(Record.next(file).map(Event::stepOf)).contains(300L);
    assertThat(Record.next(file)).isEmpty();
    assertThat(file.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 127, 128, 300, 1L << 35, Long.MAX_VALUE})
  void aStepOfAnySizeIsFoundAgain(long step) {
    assertThat(Event.stepOf(Event.start(NOW, step))).isEqualTo(step);
  }

  /** Each byte of the first record but its length's own sum, which nothing here needs. */
  @Test
  void aRecordThatIsTornOrDamagedIsNone() {
    var whole = golden();
    Record.next(whole);
    var length = whole.position();
    for (var cut = 0; cut < length; cut++) {
      var torn = golden().limit(cut);
      assertThat(Record.next(torn)).isEqualTo(Optional.empty());
      assertThat(torn.position()).isZero();
    }
    for (var place = 0; place < length; place++) {
      if (place >= 8 && place < 12) continue;
      var damaged = golden();
      damaged.put(place, (byte) (damaged.get(place) ^ 0x40));
      assertThat(Record.next(damaged)).as("byte %d", place).isEmpty();
    }
  }

  private static ByteBuffer golden() {
    return ByteBuffer.wrap(HexFormat.of().parseHex(BY_TENSORBOARD)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
