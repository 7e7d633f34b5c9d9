package dev.intermission.djl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {

  private static final int COUNT = 103;

  @Test
  void onePassShowsNoExampleTwice() {
    var batches = new Batches(COUNT, 10, 7);
    var seen = new ArrayList<Integer>();
    for (var position = Position.START;
        position.epoch() == 0;
        position = position.next(batches.perEpoch())) {
      IntStream.of(batches.at(position)).forEach(seen::add);
    }
    assertThat(seen).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void everyPassHasAnotherOrder() {
    var batches = new Batches(COUNT, 10, 7);

    assertThat(labels(batches, new Position(0, 0, 0)))
        .isNotEqualTo(labels(batches, new Position(10, 1, 0)));
  }

  @Test
  void anyBatchIsFoundWithoutReplayingTheOnesBefore() {
    var walked = new Batches(COUNT, 10, 7);
    var position = Position.START;
    for (var step = 0; step < 34; step++) {
      walked.at(position);
      position = position.next(walked.perEpoch());
    }
    assertThat(position).isEqualTo(new Position(34, 3, 4));

    assertThat(labels(new Batches(COUNT, 10, 7), position)).isEqualTo(labels(walked, position));
  }

  @Test
  void aBatchLargerThanTheSetIsRefused() {
    assertThatThrownBy(() -> new Batches(COUNT, 104, 7))
        .hasMessageContaining("--batch-size must be from 1 to 103, is 104");
  }

  private static List<Integer> labels(Batches batches, Position position) {
    return IntStream.of(batches.at(position)).boxed().toList();
  }
}
