package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.TestingGang.Rank.held;
import static dev.intermission.operator.plan.TestingGang.Rank.training;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.TestingGang.Rank;
import dev.intermission.operator.plan.TestingGang.Said;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CommonStepTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long REQUEST = 7;

  record First(String story, List<Rank> ranks, long step) {
    @Override
    public String toString() {
      return story + " -> " + step;
    }
  }

  static Stream<First> firsts() {
    return Stream.of(
        first("pace unknown: two steps ahead", 102, training(100), training(98)),
        first("a second ahead", 300, training(100).at(200), training(98).at(190)),
        first("slow steps: two ahead", 12, training(10).at(0.01), training(10).at(0.01)),
        first("a step begun counts", 103, training(100).at(2.5), training(100)),
        first(
            "heard a second ago: it trained on meanwhile",
            500,
            training(100).at(200).heard(SECOND),
            training(98)),
        first(
            "each by its own age",
            420,
            training(220).at(200),
            training(98).at(200).heard(Duration.ofMillis(500))),
        first(
            "silent for long: perhaps it stands still",
            700,
            training(100).at(200).heard(Duration.ofHours(1)),
            training(98)),
        first("one that holds makes no steps", 300, held(100).at(200).heard(SECOND), training(98)),
        first("a pace that cannot be", 1_000_100, training(100).at(1e300), training(98)),
        first("a pace that goes backwards", 102, training(100).at(-5), training(98)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("firsts")
  void firstStepIsOneThatAllAreToldOfInTime(First row) {
    assertThat(CommonStep.first(pass(row.ranks(), Map.of()))).contains(row.step());
  }

  @Test
  void singleWorkerNeedsNone() {
    var alone = pass(List.of(training(100)), Map.of());

    assertThat(CommonStep.first(alone)).isEmpty();
    assertThat(CommonStep.later(alone, REQUEST, Optional.of(90L))).isEmpty();
  }

  @Test
  void laterStepIsAsFarAheadOfTheWorkersAsTheFirstAndAsItWasMissedBy() {
    var missed = Map.of(0, said(SaveState.ARMED, 300), 1, said(SaveState.MISSED, 340));
    var ranks = List.of(training(100).at(200), training(98).at(200));

    assertThat(CommonStep.later(pass(ranks, missed), REQUEST, Optional.of(300L)))
        .contains(340L + 40 + 200);
  }

  record Waits(String story, Said one, Said other, boolean untold) {
    @Override
    public String toString() {
      return story + " -> " + (untold ? "was told too late" : "waits");
    }
  }

  /** The common step is 300, and 200 are made a second. */
  static Stream<Waits> waits() {
    return Stream.of(
        waits("nobody is there yet", said(SaveState.ARMED, 300), silent(299, 5), false),
        waits("one holds, the other was just told", holds(), silent(299, 0), false),
        waits("one holds, the other is silent", holds(), silent(299, 3), true),
        waits("one writes, the other is silent", said(SaveState.SAVING, 300), silent(300, 3), true),
        waits("one sends, the other is silent", sends(), silent(260, 60), true),
        waits("the other is too far back to be past it", sends(), silent(150, 60), false),
        waits(
            "the other never made a step",
            sends(),
            new Said(7, SaveState.PENDING, Optional.empty(), SECOND.multipliedBy(60)),
            false),
        waits("the other is on its way", sends(), said(SaveState.ARMED, 300), false),
        waits("the other is there too", holds(), sends(), false),
        waits(
            "its silence was about an older request",
            holds(),
            new Said(6, SaveState.PENDING, Optional.of(299L), SECOND.multipliedBy(60)),
            false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waits")
  void workerThatOthersWaitForMayHaveBeenToldTooLate(Waits row) {
    var ranks = List.of(training(299).at(200), training(299).at(200));
    for (var answers :
        List.of(Map.of(0, row.one(), 1, row.other()), Map.of(1, row.one(), 0, row.other())))
      assertThat(CommonStep.passedUntold(pass(ranks, answers), REQUEST, Optional.of(300L)))
          .isEqualTo(row.untold());
  }

  @Test
  void withoutAPaceSilenceIsEnough() {
    var answers = Map.of(0, holds(), 1, silent(150, 3));
    var ranks = List.of(training(299), training(150));

    assertThat(CommonStep.passedUntold(pass(ranks, answers), REQUEST, Optional.of(300L))).isTrue();
  }

  private static First first(String story, long step, Rank... ranks) {
    return new First(story, List.of(ranks), step);
  }

  private static Waits waits(String story, Said one, Said other, boolean untold) {
    return new Waits(story, one, other, untold);
  }

  private static Said said(SaveState state, long step) {
    return new Said(REQUEST, state, Optional.of(step), SECOND.multipliedBy(60));
  }

  private static Said holds() {
    return said(SaveState.HELD, 300);
  }

  private static Said sends() {
    return said(SaveState.UPLOADING, 300);
  }

  private static Said silent(long at, int seconds) {
    return new Said(REQUEST, SaveState.PENDING, Optional.of(at), SECOND.multipliedBy(seconds));
  }

  private static Pass pass(List<Rank> ranks, Map<Integer, Said> said) {
    var run =
        new RunStatus(
            3, "digits-3", Optional.empty(), NOW.minusSeconds(90), Optional.empty(), "FirstRun");
    var spec = TrainingJobSpec.of(new PodTemplateSpec());
    return TestingGang.pass(spec, TrainingJobStatus.initial().withRun(run), ranks, said, NOW);
  }
}
