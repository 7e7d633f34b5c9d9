package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.djl.builtin.DigitsProgram;
import org.junit.jupiter.api.Test;

/** A training of a million steps needs the memory of one of a hundred. */
class MemoryTest {

  private static final int SETTLED = 200;
  private static final int LATER = 2000;
  private static final int LOOKS = 20;
  private static final int STEPS_BETWEEN_LOOKS = 10;

  /** Small batches, so that two thousand steps take seconds; a step keeps as much or as little. */
  private static final Recipe RECIPE =
      new Recipe(new CosineSchedule(0.002f, 100, LATER), 4, Seeds.from(7), 1);

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
   * What malloc has given out, libtorch's tensors among it: a leak of the loss alone, the smallest
   * tensor of a step, would be 1,800 of at least 64 bytes, and one of a batch 4 MB. The least of
   * many looks counts: the JIT compilers of this JVM take tens of megabytes from malloc too, for as
   * long as one method takes them.
   */
  @Test
  void nativeMemoryInUseIsTheSameAfterTwoThousandStepsAsAfterTwoHundred() {
    try (var learner = Learner.create(RECIPE, new DigitsProgram())) {
      for (var step = 0; step < SETTLED; step++) learner.step();
      var settled = leastInUse(learner);

      while (learner.position().step() < LATER - LOOKS * STEPS_BETWEEN_LOOKS) learner.step();

      assertThat(leastInUse(learner) - settled).isLessThan(2_000_000);
    }
  }

  private static long leastInUse(Learner learner) {
    var least = Long.MAX_VALUE;
    for (var look = 0; look < LOOKS; look++) {
      for (var step = 0; step < STEPS_BETWEEN_LOOKS; step++) learner.step();
      least = Math.min(least, NativeMemory.bytesInUse());
    }
    return least;
  }
}
