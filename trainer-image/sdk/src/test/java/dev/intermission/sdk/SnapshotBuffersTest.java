package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotBuffersTest {

  private final ByteBuffer weights = ByteBuffer.allocateDirect(8);
  private final Map<String, ByteBuffer> state = Map.of("weights", weights);

  @Test
  void aCopyDoesNotChangeWhenTrainingGoesOn() {
    var buffers = SnapshotBuffers.reserve(state);
    weights.putLong(0, 42);
    buffers.copy(state);

    weights.putLong(0, 43);

    assertThat(buffers.copies().get("weights").order(weights.order()).getLong(0)).isEqualTo(42);
  }

  @Test
  void theSameMemoryIsUsedAgain() {
    var buffers = SnapshotBuffers.reserve(state);
    var before = buffers.copies().get("weights").order(weights.order());

    weights.putLong(0, 44);
    buffers.copy(state);

    assertThat(before.getLong(0)).isEqualTo(44);
    assertThat(buffers.bytes()).isEqualTo(8);
  }

  @Test
  void allBytesAreCopiedWhereverTheSourceStands() {
    weights.position(8);
    weights.putLong(0, 45);
    var buffers = SnapshotBuffers.reserve(state);

    assertThat(buffers.copies().get("weights").order(weights.order()).getLong(0)).isEqualTo(45);
    assertThat(weights.position()).isEqualTo(8);
  }

  @Test
  void severalThreadsCopyEveryByteOnce() {
    var large = ByteBuffer.allocateDirect(5_000_003); // no multiple of any block
    try (var crew = Crew.of(3)) {
      var buffers = SnapshotBuffers.reserve(Map.of("large", large), crew);
      for (var i = 0; i < large.capacity(); i++) large.put(i, (byte) (i * 31 >>> 3));

      buffers.copy(Map.of("large", large));

      assertThat(buffers.copies().get("large")).isEqualTo(large);
    }
  }

  @Test
  void aBufferThatChangedItsSizeIsRefused() {
    var buffers = SnapshotBuffers.reserve(state);

    assertThatThrownBy(() -> buffers.copy(Map.of("weights", ByteBuffer.allocateDirect(4))))
        .hasMessageContaining("weights")
        .hasMessageContaining("4")
        .hasMessageContaining("8");
  }

  @Test
  void stateThatChangedItsNamesIsRefused() {
    var buffers = SnapshotBuffers.reserve(state);

    assertThatThrownBy(() -> buffers.copy(Map.of("biases", weights)))
        .hasMessageContaining("biases");
  }
}
