package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ProgressStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.Progress;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand jobs whose progress were written at each look would be a thousand writes a second
 * (design review, 37), and lists in status have an end (36).
 */
class ProgressReportTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Duration PACE = Pace.LIVELY.progress();

  @Test
  void firstProgressOfARunIsShownAtOnce() {
    assertThat(shown(running(), running(), at(10, NOW)).step()).isEqualTo(10);
  }

  @Test
  void progressAloneIsNotWrittenMoreOftenThanThePaceAllows() {
    var recorded = showing(at(10, NOW));

    assertThat(shown(recorded, recorded, at(20, NOW.plus(PACE).minusMillis(1))).step())
        .isEqualTo(10);
    assertThat(shown(recorded, recorded, at(20, NOW.plus(PACE))).step()).isEqualTo(20);
  }

  @Test
  void everyOtherChangeTakesTheNewestProgressAlong() {
    var recorded = showing(at(10, NOW));

    assertThat(shown(recorded, recorded.withPhase(Phase.PAUSING), at(20, NOW.plusMillis(1))).step())
        .isEqualTo(20);
  }

  @Test
  void trainerWhoseClockWasSetBackIsShownAllTheSame() {
    var recorded = showing(at(10, NOW));

    assertThat(shown(recorded, recorded, at(20, NOW.minus(Duration.ofHours(1)))).step())
        .isEqualTo(20);
  }

  @Test
  void sameProgressHeardAgainWritesNothing() {
    var recorded = showing(at(10, NOW));

    assertThat(plan(recorded, recorded, at(10, NOW))).isEqualTo(recorded);
  }

  @Test
  void sixteenMetricsAreShownOfATrainerThatMeasuresMore() {
    var many =
        IntStream.range(0, 40)
            .boxed()
            .collect(Collectors.toMap(i -> "m%02d".formatted(i), i -> i / 3.0));

    assertThat(shown(running(), running(), progress(10, NOW, many)).metrics())
        .hasSize(16)
        .containsEntry("m00", "0")
        .containsEntry("m01", "0.3333");
  }

  @Test
  void metricThatIsNoNumberIsShownAsItIs() {
    var diverged = Map.of("loss", Double.NaN, "norm", Double.POSITIVE_INFINITY);

    assertThat(shown(running(), running(), progress(10, NOW, diverged)).metrics())
        .containsEntry("loss", "NaN")
        .containsEntry("norm", "Infinity");
  }

  private static TrainingJobStatus showing(Progress progress) {
    return plan(running(), running(), progress);
  }

  private static TrainingJobStatus running() {
    var run = new RunStatus(3, "digits-3", Optional.empty(), NOW, Optional.empty(), "FirstRun");
    return TrainingJobStatus.initial().withRun(run).withPhase(Phase.RUNNING);
  }

  private static ProgressStatus shown(
      TrainingJobStatus recorded, TrainingJobStatus decided, Progress said) {
    return plan(recorded, decided, said).progress().orElseThrow();
  }

  private static TrainingJobStatus plan(
      TrainingJobStatus recorded, TrainingJobStatus decided, Progress said) {
    var pod =
        TestingGang.worker(
            3,
            0,
            new Worker.PodState(Worker.Phase.RUNNING, Optional.empty(), Optional.empty()),
            List.of());
    var draft = new Draft(decided, NOW);
    var report =
        new Agents.Report(
            Optional.of(new Seen<>(TestingGang.trains(3, 0, said, false), NOW)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var pass = TestingGang.pass(decided, 1, List.of(pod), Map.of(pod.id().uid(), report), NOW);
    ProgressReport.plan(pass, recorded, draft);
    return draft.status();
  }

  private static Progress at(long step, Instant at) {
    return progress(step, at, Map.of());
  }

  private static Progress progress(long step, Instant at, Map<String, Double> metrics) {
    return new Progress(
        step,
        Optional.of(100L),
        Optional.empty(),
        metrics,
        at,
        false,
        Optional.of(1L),
        Optional.empty());
  }
}
