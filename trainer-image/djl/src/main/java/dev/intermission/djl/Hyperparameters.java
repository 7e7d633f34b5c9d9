package dev.intermission.djl;

import dev.intermission.djl.learn.Batching;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.program.AdamW;
import dev.intermission.djl.program.Schedule;
import dev.intermission.djl.program.TrainingProgram;
import dev.intermission.sdk.Overrides;
import java.util.Set;
import java.util.stream.LongStream;

/** The numbers that settings choose and {@code spec.overrides} replaces by the same names. */
record Hyperparameters(float learningRate, float weightDecay, int batchSize) {

  private static final String LEARNING_RATE = "learningRate";
  private static final String WEIGHT_DECAY = "weightDecay";
  private static final String BATCH_SIZE = "batchSize";

  private static final int SAMPLES = 1_000;

  /** What of a training no override changes. */
  record Fixed(
      ScheduleShape shape, long warmUpSteps, long totalSteps, int accumulated, int threads) {}

  /**
   * What {@code spec.overrides} says goes before every setting.
   *
   * @throws IllegalArgumentException one is unknown or no number
   */
  Hyperparameters overriddenBy(Overrides overrides) {
    overrides.requireKnown(Set.of(LEARNING_RATE, WEIGHT_DECAY, BATCH_SIZE));
    return new Hyperparameters(
        overrides.number(LEARNING_RATE).map(Double::floatValue).orElse(learningRate),
        overrides.number(WEIGHT_DECAY).map(Double::floatValue).orElse(weightDecay),
        overrides.wholeNumber(BATCH_SIZE).orElse(batchSize));
  }

  /** What {@code program} makes of them. */
  Recipe recipe(TrainingProgram program, Fixed fixed, Seeds seeds) {
    return new Recipe(
        program.schedule(fixed.shape().of(learningRate, fixed.warmUpSteps(), fixed.totalSteps())),
        program.optimizer(new AdamW(weightDecay)),
        new Batching(batchSize, fixed.accumulated()),
        seeds,
        fixed.threads());
  }

  /**
   * A program may have a schedule or an optimizer of its own; an override that changes nothing must
   * not look as if it had been applied.
   *
   * @param made what became of these
   * @param before what becomes of {@code settings}
   * @throws IllegalArgumentException names the one that the program does not follow
   */
  void requireEffect(Recipe made, Hyperparameters settings, Recipe before) {
    if (learningRate != settings.learningRate() && same(made.schedule(), before.schedule()))
      throw without(LEARNING_RATE, "schedule");
    if (weightDecay != settings.weightDecay() && made.optimizer().equals(before.optimizer()))
      throw without(WEIGHT_DECAY, "optimizer");
  }

  private static boolean same(Schedule one, Schedule other) {
    var total = other.totalSteps();
    return one.totalSteps() == total
        && LongStream.range(0, SAMPLES)
            .map(sample -> sample * total / SAMPLES)
            .allMatch(step -> one.after(step) == other.after(step));
  }

  private static IllegalArgumentException without(String override, String its) {
    return new IllegalArgumentException(
        "spec.overrides.%s: the program has its own %s, which stays as it is. Nothing was started; remove the override."
            .formatted(override, its));
  }
}
