package dev.intermission.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.builtin.TestingProgram;
import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.program.AdamW;
import dev.intermission.djl.program.Schedule;
import dev.intermission.djl.program.TrainingProgram;
import dev.intermission.sdk.Overrides;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What {@code spec.overrides} makes of the settings. */
class HyperparametersTest {

  private static final Hyperparameters SETTINGS = new Hyperparameters(0.002f, 0, 64);
  private static final Hyperparameters.Fixed FIXED =
      new Hyperparameters.Fixed(ScheduleShape.COSINE, 10, 100, 1, 1);

  @Test
  void anOverrideReplacesTheSettingOfItsNameAndNoOther() {
    assertThat(SETTINGS.overriddenBy(Overrides.NONE)).isEqualTo(SETTINGS);
    assertThat(overridden("learningRate", "0.5")).isEqualTo(new Hyperparameters(0.5f, 0, 64));
    assertThat(overridden("weightDecay", "0.1")).isEqualTo(new Hyperparameters(0.002f, 0.1f, 64));
    assertThat(overridden("batchSize", "32")).isEqualTo(new Hyperparameters(0.002f, 0, 32));
  }

  @Test
  void anOverrideThatTheProgramFollowsIsTaken() {
    for (var name : new String[] {"learningRate", "weightDecay", "batchSize"})
      assertThatCode(() -> apply(overridden(name, "7"), new DigitsProgram()))
          .doesNotThrowAnyException();
  }

  @Test
  void anOverrideThatTheProgramDoesNotFollowIsRefusedByItsName() {
    var ownSchedule =
        new TestingProgram("own schedule").withSchedule(_ -> new ConstantSchedule(1, 0, 100));
    var ownOptimizer = new TestingProgram("own optimizer").withOptimizer(_ -> new AdamW(0.25f));

    assertThatThrownBy(() -> apply(overridden("learningRate", "0.5"), ownSchedule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spec.overrides.learningRate: the program has its own schedule");
    assertThatThrownBy(() -> apply(overridden("weightDecay", "0.5"), ownOptimizer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spec.overrides.weightDecay: the program has its own optimizer");
    assertThatCode(() -> apply(overridden("learningRate", "0.002"), ownSchedule))
        .as("nothing is asked for that the settings do not say")
        .doesNotThrowAnyException();
  }

  @Test
  void aScheduleOfTheProgramsOwnThatScalesWithTheRateFollowsIt() {
    UnaryOperator<Schedule> halved =
        chosen ->
            new Schedule() {
              @Override
              public float after(long step) {
                return chosen.after(step) / 2;
              }

              @Override
              public long totalSteps() {
                return chosen.totalSteps();
              }
            };

    assertThatCode(
            () ->
                apply(
                    overridden("learningRate", "0.5"),
                    new TestingProgram("halved").withSchedule(halved)))
        .doesNotThrowAnyException();
  }

  private static Hyperparameters overridden(String name, String value) {
    return SETTINGS.overriddenBy(new Overrides(Map.of(name, value)));
  }

  private static void apply(Hyperparameters chosen, TrainingProgram program) {
    var seeds = Seeds.from(1);
    chosen.requireEffect(
        chosen.recipe(program, FIXED, seeds), SETTINGS, SETTINGS.recipe(program, FIXED, seeds));
  }
}
