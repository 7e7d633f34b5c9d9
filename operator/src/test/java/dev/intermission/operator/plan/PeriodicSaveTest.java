package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.PlannerTableTest.row;
import static dev.intermission.operator.plan.Scene.running;
import static dev.intermission.operator.plan.TestingGang.Rank.held;
import static dev.intermission.operator.plan.TestingGang.Rank.training;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.CheckpointSpec;
import dev.intermission.api.v1alpha1.Every;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.PeriodicSaveStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.PlannerTableTest.Row;
import dev.intermission.operator.plan.TestingGang.Rank;
import dev.intermission.operator.plan.TestingGang.Said;
import dev.intermission.operator.plan.TestingWorld.Trouble;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code checkpoint.every.interval} of a gang: one step for all ranks, and nobody stops. The rows
 * are tested by {@link PlannerTableTest}.
 */
final class PeriodicSaveTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant NOW = Instant.parse("2026-11-24T00:10:00Z");
  private static final long RUN = 3;

  static Stream<Row> rows() {
    return Stream.of(due(), underWay(), givesWay()).flatMap(rows -> rows);
  }

  private static Scene gang() {
    return running().ofAGang().savesEach(MINUTE);
  }

  private static Stream<Row> due() {
    return Stream.of(
        row("gang by time, its first step is seen -> the interval begins", gang(), Phase.RUNNING),
        row(
            "gang by time, no step of its own yet -> nothing is due",
            gang().countsSince(MINUTE.multipliedBy(2)).reports(1200, false, false),
            Phase.RUNNING),
        row("gang by time, interval not over -> waits", gang().countsSince(SECOND), Phase.RUNNING),
        row(
            "gang by time, interval just over -> looks where the ranks are",
            gang().countsSince(MINUTE.plusMillis(100)),
            Phase.RUNNING,
            "PollStatus 3"),
        row(
            "gang by time, interval over, heard since -> asks",
            gang().countsSince(MINUTE.plusSeconds(1)),
            Phase.RUNNING,
            "AskToSave 1"),
        row(
            "gang by time, interval over, a rank is silent -> asks nobody",
            gang().countsSince(MINUTE.plusSeconds(5)).silentFor(Duration.ofSeconds(10)),
            Phase.RUNNING),
        row(
            "gang by time, interval over, a rank still holds -> lets it go on first",
            gang().countsSince(MINUTE.multipliedBy(2)).reports(1250, true, false),
            Phase.RUNNING,
            "ContinueTraining 0"),
        row(
            "gang by time, interval over, and the end comes sooner -> it saves by itself",
            gang().countsSince(MINUTE.multipliedBy(2)).reports(2998, false, false),
            Phase.RUNNING),
        row(
            "one worker by time -> goes by its own clock",
            running().savesEach(MINUTE).countsSince(MINUTE.multipliedBy(2)),
            Phase.RUNNING));
  }

  private static Stream<Row> underWay() {
    return Stream.of(
        row(
            "gang by time, asked by another process -> asks for the same",
            gang().askedFor(1252),
            Phase.RUNNING,
            "AskToSave 1"),
        row(
            "gang by time, the save is on its way -> waits for it",
            gang().askedFor(1252).answers(SaveState.UPLOADING),
            Phase.RUNNING,
            "PollSave 1"),
        row(
            "gang by time, a rank was past the step -> asks for a later one",
            gang().askedFor(1252).answers(SaveState.MISSED),
            Phase.RUNNING,
            "AskToSave 2"),
        row(
            "gang by time, saved -> the next interval begins",
            gang().askedFor(1252).answers(SaveState.DURABLE),
            Phase.RUNNING),
        row(
            "gang by time, the save failed just now -> lets it rest",
            gang().askedFor(1252).answers(SaveState.FAILED),
            Phase.RUNNING),
        row(
            "gang by time, the save failed a while ago -> the next interval begins",
            gang().askedFor(1252).answers(SaveState.FAILED, 1200, Scene.NOW.minus(MINUTE)),
            Phase.RUNNING));
  }

  private static Stream<Row> givesWay() {
    return Stream.of(
        row(
            "gang by time, a pause is wanted meanwhile -> asks again, to hold",
            gang().askedFor(1252).answers(SaveState.UPLOADING).pauseWanted(),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "gang by time, another template meanwhile -> asks again, to hold",
            gang().askedFor(1252).changedTemplate(),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "gang by time, its node leaves meanwhile -> asks again, to hold",
            gang().askedFor(1252).answers(SaveState.UPLOADING).nodeLeaves(),
            Phase.RUNNING,
            "AskToSave 2"),
        row(
            "gang by time, a notice's save lasts longer than the interval -> waits for it",
            gang()
                .nodeLeaves()
                .noticed()
                .countsSince(MINUTE.multipliedBy(2))
                .answers(SaveState.UPLOADING),
            Phase.RUNNING,
            "PollSave 1"),
        row(
            "gang by time, a pod is drained meanwhile -> asks again, to hold",
            gang().askedFor(1252).draining(MINUTE),
            Phase.RUNNING,
            "AskToSave 2"),
        row(
            "gang by time, a node is silent for a moment -> asks nobody",
            gang().askedFor(1252).node(Readiness.NOT_READY, SECOND),
            Phase.RUNNING),
        row(
            "gang by time, a pause was taken back since -> the interval begins anew",
            gang().countsSince(MINUTE.multipliedBy(2)).pauseTakenBack(SECOND),
            Phase.RUNNING));
  }

  @Test
  void allRanksAreAskedForOneStepAndGoOn() {
    var plan = plan(counting(RUN, 4), List.of(training(50), training(52)), Map.of());

    assertThat(asked(plan)).isEqualTo(new SaveCommand(5, Optional.of(54L), false));
    var recorded = periodic(plan.status());
    assertThat(recorded.requestId()).as("on record before anybody is asked").isEqualTo(5);
    assertThat(recorded.step()).contains(54L);
  }

  @Test
  void idsOfPausesAndPeriodicSavesAreOneRow() {
    var earlier =
        status(PeriodicSaveStatus.counting(RUN, NOW.minusSeconds(90), 11))
            .withPause(PauseStatus.requested(11, Optional.empty(), NOW).withdrawn());

    var plan = plan(earlier, List.of(training(50), training(52)), Map.of());

    assertThat(asked(plan).id()).isEqualTo(12);
    assertThat(PauseRequest.lastId(plan.status())).isEqualTo(12);
  }

  @Test
  void rankThatWasPastTheStepIsAskedAgainBeyondWhereItWas() {
    var answers =
        Map.of(
            0, new Said(5, SaveState.ARMED, Optional.of(54L)),
            1, new Said(5, SaveState.MISSED, Optional.of(64L)));

    var plan = plan(underWay(54), List.of(training(50), training(52)), answers);

    assertThat(asked(plan)).isEqualTo(new SaveCommand(6, Optional.of(84L), false));
  }

  @Test
  void longRunIsMissedByNoMoreThanAShortOne() {
    var answers =
        Map.of(
            0, new Said(5, SaveState.ARMED, Optional.of(1_000_000L)),
            1, new Said(5, SaveState.MISSED, Optional.of(1_000_001L)));

    var plan = plan(underWay(1_000_000), List.of(training(999_998), training(999_998)), answers);

    assertThat(asked(plan).at()).contains(1_000_003L);
  }

  @Test
  void oneRankThatIsNotDurableYetKeepsTheRequest() {
    var answers =
        Map.of(
            0, new Said(5, SaveState.DURABLE, Optional.of(54L)),
            1, new Said(5, SaveState.UPLOADING, Optional.of(54L)));

    var plan = plan(underWay(54), List.of(training(60), training(61)), answers);

    assertThat(periodic(plan.status()).step()).contains(54L);
    assertThat(plan.actions()).anyMatch(Action.PollSave.class::isInstance);
  }

  @Test
  void rankThatHasNotSeenTheRequestKeepsNobodyWaitingSoItIsLeftAlone() {
    var answers =
        Map.of(
            0, new Said(5, SaveState.UPLOADING, Optional.of(54L)),
            1, new Said(5, SaveState.PENDING, Optional.of(54L), MINUTE));

    var plan = plan(underWay(54), List.of(training(60), training(54)), answers);

    assertThat(periodic(plan.status()).step()).contains(54L);
  }

  @Test
  void intervalCountsFromTheEndOfTheSave() {
    var durable = new Said(5, SaveState.DURABLE, Optional.of(54L));

    var plan =
        plan(underWay(54), List.of(training(60), training(61)), Map.of(0, durable, 1, durable));

    assertThat(periodic(plan.status())).isEqualTo(PeriodicSaveStatus.counting(RUN, NOW, 5));
    assertThat(plan.wakeAt()).contains(NOW.plus(MINUTE));
  }

  @Test
  void nextRunBeginsWithoutTheRequestAndWithItsId() {
    var old = PeriodicSaveStatus.counting(RUN - 1, NOW.minusSeconds(90), 6).asked(7, 54);

    var plan = plan(status(old), List.of(training(50), training(50)), Map.of());

    assertThat(plan.actions()).isEmpty();
    assertThat(periodic(plan.status())).isEqualTo(PeriodicSaveStatus.counting(RUN, NOW, 7));
  }

  /** The world sees to it that ids only grow, also where no pause keeps count of them. */
  @Test
  void runThatFollowsALostOneCountsOn() {
    var world = new TestingWorld();
    world.gangThatSavesAfter(Duration.ofSeconds(5));
    world.trouble = Optional.of(new Trouble(Trouble.Kind.EVICTED, 20));

    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.podsStarted).isEqualTo(2);
  }

  @Test
  void oneRankThatHoldsKeepsAllFromBeingAsked() {
    var plan = plan(counting(RUN, 4), List.of(training(50), held(50)), Map.of());

    assertThat(plan.actions()).isEmpty();
  }

  @Test
  void clockThatWasAheadDelaysNoSave() {
    var ahead = status(PeriodicSaveStatus.counting(RUN, NOW.plus(Duration.ofHours(1)), 4));

    var since = Clocks.agree(ahead, NOW).run().flatMap(RunStatus::periodicSave).orElseThrow();

    assertThat(since.since()).isEqualTo(NOW);
  }

  private static TrainingJobStatus counting(long run, long lastId) {
    return status(PeriodicSaveStatus.counting(run, NOW.minusSeconds(90), lastId));
  }

  private static TrainingJobStatus underWay(long step) {
    return status(PeriodicSaveStatus.counting(RUN, NOW.minusSeconds(90), 4).asked(5, step));
  }

  private static TrainingJobStatus status(PeriodicSaveStatus periodic) {
    var run = new RunStatus(RUN, "digits-3", Optional.of("job"), NOW, Optional.empty(), "FirstRun");
    return TrainingJobStatus.initial()
        .withPhase(Phase.RUNNING)
        .withRun(run.withPeriodicSave(periodic));
  }

  private static PeriodicSaveStatus periodic(TrainingJobStatus status) {
    return status.run().flatMap(RunStatus::periodicSave).orElseThrow();
  }

  private static SaveCommand asked(Plan plan) {
    assertThat(plan.actions()).hasSize(1).first().isInstanceOf(Action.AskToSave.class);
    return ((Action.AskToSave) plan.actions().getFirst()).command();
  }

  /** Settled: planned as the planner does, until nothing more is recorded. */
  private static Plan plan(TrainingJobStatus status, List<Rank> ranks, Map<Integer, Said> answers) {
    var every = new Every(Optional.empty(), Optional.of(MINUTE));
    var old = CheckpointSpec.DEFAULT;
    var spec =
        TrainingJobSpec.of(new PodTemplateSpec())
            .withCheckpoint(
                new CheckpointSpec(
                    Optional.of(every), old.keep(), old.storage(), old.volume(), old.onDelete()));
    var draft = new Draft(status, NOW);
    for (var before = (TrainingJobStatus) null; !draft.status().equals(before); ) {
      before = draft.status();
      PeriodicSave.plan(TestingGang.pass(spec, before, ranks, answers, NOW), draft);
    }
    return draft.plan();
  }
}
