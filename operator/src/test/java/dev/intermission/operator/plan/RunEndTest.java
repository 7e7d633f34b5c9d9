package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the ends of several workers together say; those of one are rows of the table. */
final class RunEndTest {

  private static final long RUN = 3;
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final ContainerState TRAINS = new ContainerState.Running(NOW);
  private static final ContainerState KILLED = new ContainerState.Ended(137, "Error", NOW);

  private record Rank(ContainerState trainer, boolean draining) {}

  @Test
  void drainedRankIsWaitedForWhileAllTheOthersCanStillSaveWithIt() {
    assertThat(end(new Rank(TRAINS, true), new Rank(TRAINS, false)))
        .isInstanceOf(RunEnd.Draining.class);
  }

  @Test
  void drainedRankIsNotWaitedForWhenAnotherOneIsLost() {
    assertThat(end(new Rank(TRAINS, true), new Rank(KILLED, false)))
        .isInstanceOf(RunEnd.Failed.class);
    assertThat(end(new Rank(KILLED, true), new Rank(TRAINS, true)))
        .isInstanceOf(RunEnd.Disrupted.class);
  }

  /** Force-deleted, so that nobody saw its end: its siblings have nothing to commit without it. */
  @Test
  void siblingsOfARankThatVanishedAreNotWaitedForOnceTheirJobEndsThem() {
    var left = new Rank(TRAINS, true);

    assertThat(end(2, ChildJob.State.FAILING, left)).isInstanceOf(RunEnd.Disrupted.class);
    assertThat(end(2, ChildJob.State.ACTIVE, left)).isInstanceOf(RunEnd.Draining.class);
    assertThat(end(1, ChildJob.State.FAILING, left)).isInstanceOf(RunEnd.Draining.class);
  }

  private static RunEnd end(Rank... ranks) {
    return end(ranks.length, ChildJob.State.ACTIVE, ranks);
  }

  private static RunEnd end(int size, ChildJob.State state, Rank... ranks) {
    var workers =
        IntStream.range(0, ranks.length).mapToObj(rank -> worker(rank, ranks[rank])).toList();
    var job = new ChildJob(RUN, "job-3", NOW, "spec-1", state, Optional.empty());
    var run = new RunStatus(RUN, "digits-3", Optional.empty(), NOW, Optional.empty(), "FirstRun");
    var status = TrainingJobStatus.initial().withRun(run);
    return RunEnd.of(TestingGang.pass(status, size, List.of(job), workers, NOW));
  }

  private static Worker worker(int rank, Rank kind) {
    return TestingGang.worker(
        RUN,
        rank,
        new Worker.PodState(
            Worker.Phase.RUNNING,
            Optional.of(NOW.plusSeconds(60)).filter(_ -> kind.draining()),
            Optional.empty()),
        List.of(new Worker.Container(Worker.TRAINER, kind.trainer())));
  }
}
