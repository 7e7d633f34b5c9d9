package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

  private static RunEnd end(Rank... ranks) {
    var workers =
        IntStream.range(0, ranks.length).mapToObj(rank -> worker(rank, ranks[rank])).toList();
    var run = new RunStatus(RUN, "digits-3", Optional.empty(), NOW, Optional.empty(), "FirstRun");
    var status = TrainingJobStatus.initial().withRun(run);
    return RunEnd.of(TestingGang.pass(status, ranks.length, workers, Map.of(), NOW));
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
