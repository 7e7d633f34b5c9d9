package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.djl.builtin.DigitsProgram;
import org.junit.jupiter.api.Test;

/** A training of a million steps needs the memory of one of a hundred. */
class MemoryTest {

  private static final int SETTLED = 400;
  private static final int LATER = 2000;
  private static final int LOOKS = 20;
  private static final int STEPS_BETWEEN_LOOKS = 10;

  private static final int BATCH = 64;

  private static final Recipe RECIPE =
      new Recipe(new CosineSchedule(0.002f, 100, LATER), BATCH, Seeds.from(7), 1);

  @Test
  void noStepAndNoValidationLeavesATensorBehind() {
    try (var learner = Learner.create(RECIPE, new DigitsProgram())) {
      learner.step();
      learner.validate();
      var first = learner.network().liveArrays();

      for (var step = 0; step < 20; step++) learner.step();
      learner.validate();

      assertThat(learner.network().liveArrays()).isEqualTo(first);
    }
  }

  /**
   * What malloc has given out, libtorch's tensors among it: a leak of a batch would be 13 MB in
   * each half. The least of many looks counts, and a leak grows in both halves: the JIT compilers
   * of this JVM take megabytes from malloc too, for as long as one method takes them.
   */
  @Test
  void nativeMemoryInUseDoesNotGrowOverTwoThousandSteps() {
    try (var learner = Learner.create(RECIPE, new DigitsProgram())) {
      var settled = leastInUse(learner, SETTLED);
      var midway = leastInUse(learner, (SETTLED + LATER) / 2);
      var later = leastInUse(learner, LATER);

      assertThat(Math.min(midway - settled, later - midway)).isLessThan(4_000_000);
    }
  }

  /** Of some looks before this step. */
  private static long leastInUse(Learner learner, int last) {
    while (learner.position().step() < last - LOOKS * STEPS_BETWEEN_LOOKS) learner.step();
    var least = Long.MAX_VALUE;
    for (var look = 0; look < LOOKS; look++) {
      for (var step = 0; step < STEPS_BETWEEN_LOOKS; step++) learner.step();
      least = Math.min(least, NativeMemory.bytesInUse());
    }
    return least;
  }
}
