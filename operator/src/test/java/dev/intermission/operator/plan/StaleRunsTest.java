package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which runs are over, by the record of a process that may be behind. */
final class StaleRunsTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void whilePausedNothingIsLeftOfTheRunThatWasSealed() {
    assertThat(actions(paused(), 3))
        .extracting(Object::getClass)
        .containsExactly(Action.ReleasePods.class, Action.DeleteChildJob.class);
  }

  /** Its cache of the TrainingJob is older than its cache of the pods. */
  @Test
  void processThatStillSaysPausedLeavesAloneWhatAnotherOneBegan() {
    assertThat(actions(paused(), 4)).isEmpty();
  }

  @Test
  void processThatKnowsNoRunYetLeavesAloneWhatAnotherOneBegan() {
    assertThat(actions(TrainingJobStatus.initial().withPhase(Phase.PAUSED), 1)).isEmpty();
  }

  /** Run 3, sealed for run 4. */
  private static TrainingJobStatus paused() {
    var run = new RunStatus(3, "digits-3", Optional.empty(), NOW, Optional.empty(), "FirstRun");
    var pause = PauseStatus.requested(1, Optional.empty(), NOW).withSealedRun(4);
    return TrainingJobStatus.initial().withRun(run).withPause(pause).withPhase(Phase.PAUSED);
  }

  private static List<Action> actions(TrainingJobStatus status, long run) {
    var job = new ChildJob(run, "job", NOW, "f", ChildJob.State.ACTIVE, Optional.empty());
    var pod =
        TestingGang.worker(
            run,
            0,
            new Worker.PodState(Worker.Phase.RUNNING, Optional.empty(), Optional.empty()),
            List.of(new Worker.Container(Worker.TRAINER, new ContainerState.Running(NOW))));
    var draft = new Draft(status, NOW);
    StaleRuns.plan(TestingGang.pass(status, 1, List.of(job), List.of(pod), NOW), draft);
    return draft.plan().actions();
  }
}
