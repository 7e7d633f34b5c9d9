package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.djl.builtin.DigitsProgram;
import org.junit.jupiter.api.Test;

class LearnerTest {

  @Test
  void learnsToReadTheDigits() {
    var steps = 300;
    try (var learner =
        Learner.create(
            new Recipe(new CosineSchedule(0.002f, 30, steps), 64, Seeds.from(7), 1),
            new DigitsProgram())) {
      for (var step = 0; step < steps; step++) learner.step();

      assertThat(learner.validate()).isGreaterThanOrEqualTo(0.97);
      assertThat(learner.report().loss()).isLessThan(0.3f);
    }
  }
}
