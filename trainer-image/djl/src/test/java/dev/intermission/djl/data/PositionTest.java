package dev.intermission.djl.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The place in a pass when the size of a batch changes. */
class PositionTest {

  private static final int COUNT = 1000;

  @Test
  void theSameSizeChangesNothing() {
    var position = new Position(7, 2, 3);

    assertThat(position.recut(64, 64, COUNT / 64)).isEqualTo(position);
  }

  @Test
  void noExampleOfThePassIsUsedTwice() {
    for (var size = 1; size <= 100; size++) {
      for (var batch = 0; batch < COUNT / 64; batch++) {
        var recut = new Position(7, 2, batch).recut(64, size, COUNT / size);

        assertThat(recut.step()).isEqualTo(7);
        if (recut.epoch() == 2) {
          assertThat(recut.batch() * size).isGreaterThanOrEqualTo(batch * 64);
          assertThat((recut.batch() - 1) * size).isLessThan(Math.max(1, batch * 64));
        }
        assertThat(recut.batch()).isLessThan(COUNT / size);
      }
    }
  }

  @Test
  void whereLessThanABatchIsLeftTheNextPassBegins() {
    assertThat(new Position(7, 2, 14).recut(64, 500, 2)).isEqualTo(new Position(7, 3, 0));
  }
}
