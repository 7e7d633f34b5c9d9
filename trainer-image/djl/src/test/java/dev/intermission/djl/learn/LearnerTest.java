package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.builtin.TestingProgram;
import dev.intermission.djl.program.AdamW;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LearnerTest {

  private static final Batching TWICE = new Batching(64, 2);

  /** A resume draws the same; else dropout and augmentation would repeat themselves. */
  @Test
  void eachForwardPassHasItsOwnChanceAndAlwaysTheSame() {
    var drawn = drawnOfTwoSteps();

    assertThat(drawn).hasSize(4).doesNotHaveDuplicates();
    assertThat(drawnOfTwoSteps()).isEqualTo(drawn);
  }

  private static List<Float> drawnOfTwoSteps() {
    var program = new TestingProgram("digits");
    var recipe =
        new Recipe(
            new ConstantSchedule(0.002f, 0, 2), AdamW.WITHOUT_DECAY, TWICE, Seeds.from(7), 1);
    try (var learner = Learner.create(recipe, program)) {
      learner.step();
      learner.validate();
      learner.step();
      return program.drawn();
    }
  }

  @Test
  void biasesAndScalesDoNotDecayAndAllElseDoes() {
    var plain = afterOneStep(0);

    afterOneStep(0.5f)
        .forEach(
            (name, weights) -> {
              if (weights.shape().size() > 1) assertThat(weights).isNotEqualTo(plain.get(name));
              else assertThat(weights).as(name).isEqualTo(plain.get(name));
            });
  }

  private record Copied(List<Long> shape, ByteBuffer weights) {}

  private static Map<String, Copied> afterOneStep(float decay) {
    var recipe =
        new Recipe(
            new ConstantSchedule(0.01f, 0, 1),
            new AdamW(decay),
            new Batching(64, 1),
            Seeds.from(7),
            1);
    try (var learner = Learner.create(recipe, new DigitsProgram())) {
      learner.step();
      var copies = new TreeMap<String, Copied>();
      learner
          .network()
          .weights()
          .forEach(
              (name, weights) -> {
                var copy = ByteBuffer.allocate(weights.view().capacity());
                copies.put(
                    name, new Copied(weights.shape(), copy.put(weights.view().duplicate()).flip()));
              });
      return copies;
    }
  }

  @Test
  void learnsToReadTheDigits() {
    var steps = 300;
    try (var learner =
        Learner.create(
            new Recipe(new CosineSchedule(0.002f, 30, steps), 64, Seeds.from(7), 1),
            new DigitsProgram())) {
      for (var step = 0; step < steps; step++) learner.step();

      assertThat(learner.validate().accuracy()).isGreaterThanOrEqualTo(0.97);
      assertThat(learner.report().loss()).isLessThan(0.3f);
    }
  }
}
