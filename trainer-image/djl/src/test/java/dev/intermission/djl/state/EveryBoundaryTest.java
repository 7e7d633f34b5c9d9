package dev.intermission.djl.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.builtin.TestingDigits;
import dev.intermission.djl.builtin.TestingText;
import dev.intermission.djl.builtin.TestingTorchScript;
import dev.intermission.djl.learn.Batching;
import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.CosineSchedule;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.LinearSchedule;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.program.AdamW;
import dev.intermission.djl.program.Schedule;
import dev.intermission.djl.program.TrainingProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A short training is saved at each of its boundaries, and from each of them another one goes on to
 * the end: all end with the bits of one that never stopped.
 */
class EveryBoundaryTest {

  @TempDir private Path directory;

  /** Each ends in the second pass over its data. */
  enum Variant {
    DIGITS(DigitsProgram::new, 24, recipe(new CosineSchedule(0.002f, 10, 24), 0, 64, 1)),
    DIGITS_MOVED_BY_CHANCE(
        () -> TestingDigits.program("--shift=1"),
        24,
        recipe(new CosineSchedule(0.002f, 10, 24), 0, 64, 1)),
    DIGITS_ON_TWO_THREADS(
        DigitsProgram::new, 24, onThreads(2, recipe(new CosineSchedule(0.002f, 10, 24), 0, 64, 1))),
    DIGITS_OF_TWO_PASSES_A_STEP(
        DigitsProgram::new, 13, recipe(new LinearSchedule(0.002f, 4, 13), 0, 64, 2)),
    TORCH_SCRIPT(
        TestingTorchScript::small, 24, recipe(new CosineSchedule(0.01f, 4, 24), 0.1f, 64, 1)),
    TORCH_SCRIPT_OF_MANY_OPERATIONS(
        TestingTorchScript::gated, 24, recipe(new CosineSchedule(0.01f, 4, 24), 0.1f, 64, 1)),
    TEXT_WITH_DECAY(
        TestingText::program, 14, recipe(new ConstantSchedule(0.01f, 0, 14), 0.1f, 8, 1)),
    TEXT_WITH_DECAY_OF_THREE_PASSES_A_STEP(
        TestingText::program, 14, recipe(new CosineSchedule(0.01f, 3, 14), 0.1f, 3, 3));

    private final Supplier<TrainingProgram> program;
    private final long steps;
    private final Recipe recipe;

    Variant(Supplier<TrainingProgram> program, long steps, Recipe recipe) {
      this.program = program;
      this.steps = steps;
      this.recipe = recipe;
    }

    private static Recipe recipe(Schedule schedule, float decay, int batchSize, int accumulated) {
      var batching = new Batching(batchSize, accumulated);
      return new Recipe(schedule, new AdamW(decay), batching, Seeds.from(42), 1);
    }

    private static Recipe onThreads(int threads, Recipe recipe) {
      return new Recipe(
          recipe.schedule(), recipe.optimizer(), recipe.batching(), recipe.seeds(), threads);
    }

    private Learner learner() {
      return Learner.create(recipe, program.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aResumeFromAnyBoundaryEndsWithTheBitsOfNone(Variant variant) throws IOException {
    var straight = straight(variant);
    saveEveryBoundary(variant);
    for (var step = 0L; step < variant.steps; step++) {
      try (var learner = variant.learner()) {
        var verdict =
            CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), folder(step));
        TestingTrainings.trainOn(learner, variant.steps);

        assertThat(verdict).isEqualTo("exact");
        assertThat(TestingTrainings.digestsOf(learner)).as("from %d", step).isEqualTo(straight);
      }
    }
  }

  private static Digests straight(Variant variant) {
    try (var learner = variant.learner()) {
      TestingTrainings.trainOn(learner, variant.steps);
      assertThat(learner.position().epoch()).isEqualTo(1);
      return TestingTrainings.digestsOf(learner);
    }
  }

  private void saveEveryBoundary(Variant variant) throws IOException {
    try (var learner = variant.learner()) {
      var state = new LearnerCheckpoint(learner, Evaluations.withoutBest(learner)); // one for all
      for (var step = 0L; step < variant.steps; step++) {
        TestingTrainings.trainOn(learner, step);
        state.snapshot(step).write(Files.createDirectories(folder(step)));
      }
    }
  }

  private Path folder(long step) {
    return directory.resolve(Long.toString(step));
  }
}
