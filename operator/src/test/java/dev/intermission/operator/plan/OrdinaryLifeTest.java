package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.operator.plan.JobEvent.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What {@code kubectl describe} tells of a job to which nothing bad happens. */
class OrdinaryLifeTest {

  private final TestingWorld world = new TestingWorld();
  private final List<String> ready = new ArrayList<>();

  @Test
  void startPauseResumeAndFinishAreAStoryWithoutAWarning() {
    trainPauseResumeAndFinish();

    assertThat(world.told)
        .extracting(JobEvent::reason)
        .containsExactly(
            "Starting",
            "Running",
            "Verified",
            "Pausing",
            "Paused",
            "Starting",
            "Running",
            "Exact",
            "Succeeded");
    assertThat(world.told).extracting(JobEvent::severity).containsOnly(Severity.NORMAL);
  }

  @Test
  void eachEventSaysWhatHappenedWithItsNumbers() {
    trainPauseResumeAndFinish();

    assertThat(world.told)
        .extracting(JobEvent::message)
        .containsExactly(
            "Run 1 starts from the beginning.",
            "Run 1 is training.",
            "Checkpoint 4: 14 objects verified in the store.",
            "Saving a checkpoint; compute is released once it is verified.",
            "Paused after step 9, verified and released.",
            "Run 2 continues from checkpoint 9.",
            "Run 2 is training.",
            "Continued with step 10, bit by bit.",
            "Training is complete after step 30, and its last checkpoint is verified.");
  }

  @Test
  void readyChangesOnceForEachPartOfTheStory() {
    trainPauseResumeAndFinish();

    assertThat(ready)
        .containsExactly(
            "FALSE Preparing",
            "FALSE Starting",
            "TRUE Training",
            "FALSE Pausing",
            "TRUE Paused",
            "FALSE Starting",
            "TRUE Training",
            "TRUE Finishing",
            "TRUE Finished");
  }

  @Test
  void progressOfAFinishedJobIsItsFinalStepWithTheMetricsThatItsCheckpointDeclares() {
    trainPauseResumeAndFinish();

    var progress = world.status.progress().orElseThrow();
    assertThat(progress.step()).isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(progress.percent()).contains(100);
    assertThat(progress.remainingSeconds()).contains(0L);
    assertThat(progress.metrics())
        .as("those of an earlier step would be a lie")
        .containsExactly(entry("loss", "0.03333"));
    assertThat(progress.epoch()).contains(3L);
  }

  @Test
  void progressOfAPausedJobIsTheStepOfItsReceipt() {
    world.trainsTo(5, 60);
    world.paused(true);
    watch(() -> world.status.phase() == Phase.PAUSED);

    assertThat(world.status.progress().orElseThrow().step())
        .isEqualTo(world.status.pause().orElseThrow().receipt().orElseThrow().step());
  }

  @Test
  void jobThatRunsAgainNoLongerClaimsThatItsComputeIsReleased() {
    world.trainsTo(5, 60);
    world.paused(true);
    watch(() -> world.status.phase() == Phase.PAUSED);
    assertThat(released()).isEqualTo(ConditionStatus.TRUE);

    world.paused(false);
    watch(() -> world.status.phase() == Phase.RUNNING);

    assertThat(released()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void pauseThatIsWithdrawnGoesBackToRunningWithoutTellingOfAStart() {
    world.trainsTo(5, 60);
    world.paused(true);
    watch(() -> world.status.phase() == Phase.PAUSING);
    world.told.clear();

    world.paused(false);
    watch(() -> world.status.phase() == Phase.RUNNING);

    assertThat(world.told).extracting(JobEvent::reason).containsExactly("Running");
  }

  private void trainPauseResumeAndFinish() {
    watch(() -> world.status.progress().filter(seen -> seen.step() >= 6).isPresent());
    world.paused(true);
    watch(() -> world.status.phase() == Phase.PAUSED);
    world.paused(false);
    watch(() -> world.status.phase() == Phase.SUCCEEDED);
  }

  private void watch(BooleanSupplier until) {
    for (var second = 0; second < 200 && !until.getAsBoolean(); second++) {
      world.tick();
      var now = world.status.condition(ConditionType.READY).orElseThrow();
      var text = now.status() + " " + now.reason();
      if (ready.isEmpty() || !ready.getLast().equals(text)) ready.add(text);
    }
    assertThat(until.getAsBoolean()).as("%s", world.status).isTrue();
  }

  private ConditionStatus released() {
    return world
        .status
        .condition(ConditionType.COMPUTE_RELEASED)
        .map(Condition::status)
        .orElseThrow();
  }
}
