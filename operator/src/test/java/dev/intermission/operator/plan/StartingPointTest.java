package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.PlannerTableTest.row;
import static dev.intermission.operator.plan.Scene.failed;
import static dev.intermission.operator.plan.Scene.fresh;
import static dev.intermission.operator.plan.Scene.paused;
import static dev.intermission.operator.plan.Scene.pausing;
import static dev.intermission.operator.plan.Scene.recovering;
import static dev.intermission.operator.plan.Scene.running;
import static dev.intermission.operator.plan.Scene.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.PlannerTableTest.Row;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code spec.resumeFrom} in every phase, and in stories whose operator dies anywhere. */
class StartingPointTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  static Stream<Row> rows() {
    return Stream.of(
        row(
            "new, a checkpoint is wanted -> looks for it, and begins nothing meanwhile",
            fresh().rollbackTo(1200),
            Phase.PENDING,
            "SeekCheckpoint 1200"),
        row(
            "new, wanted, HEAD not read -> reads it first: it may be applied already",
            fresh().rollbackTo(1200).headUnread(),
            Phase.PENDING,
            "ReadHead"),
        row(
            "new, wanted and not there -> begins nothing",
            fresh().rollbackOnRecord(1200).notFound(SECOND),
            Phase.PENDING),
        row(
            "new, wanted and not there a minute ago -> looks again",
            fresh().rollbackOnRecord(1200).notFound(MINUTE),
            Phase.PENDING,
            "SeekCheckpoint 1200"),
        row(
            "running, a rollback is wanted -> looks for it, trains on",
            running().rollbackTo(900),
            Phase.RUNNING,
            "SeekCheckpoint 900"),
        row(
            "running, rollback to what is not there -> trains on",
            running().rollbackOnRecord(900).notFound(SECOND),
            Phase.RUNNING),
        row(
            "running, rollback found -> saves first, as for a pause",
            running().rollbackOnRecord(900).found(900),
            Phase.PAUSING,
            "AskToSave 1"),
        row(
            "running, rollback found, the save failed a while ago -> trains on until the next try",
            running().rollbackOnRecord(900).found(900).retriesIn(MINUTE),
            Phase.RUNNING),
        row(
            "pausing for a rollback, saved and verified -> seals exactly that HEAD",
            pausing().unpaused().rollbackOnRecord(900).found(900).proven(1250),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing for a rollback, sealed -> seals once more, with the rollback",
            pausing().unpaused().rollbackOnRecord(900).found(900).proven(1250).sealed(),
            Phase.PAUSING,
            "SealHead 5"),
        row(
            "pausing for a rollback that is taken back -> trains on from memory",
            pausing().unpaused(),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "paused, rollback found -> waits for the user",
            paused().rollbackOnRecord(900).found(900),
            Phase.PAUSED),
        row(
            "paused, unpaused, rollback found -> the seal of the pause does not do, seals again",
            paused().unpaused().rollbackOnRecord(900).found(900),
            Phase.PAUSED,
            "SealHead 5"),
        row(
            "paused, unpaused, rollback not looked for -> looks, begins nothing",
            paused().unpaused().rollbackTo(900),
            Phase.PAUSED,
            "SeekCheckpoint 900"),
        row(
            "paused, unpaused, rollback to what is not there -> begins nothing",
            paused().unpaused().rollbackOnRecord(900).notFound(SECOND),
            Phase.PAUSED),
        row(
            "paused, unpaused, rolled back and not on record -> that run begins",
            paused().unpaused().rollbackOnRecord(900).found(900).rolledBack(900),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4"),
        row(
            "recovering, rollback found -> the next run begins there, whatever HEAD names",
            recovering().nextRunIn(SECOND.negated()).rollbackOnRecord(900).found(900).unverified(),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "failed, rollback found -> goes on from there",
            failed().rollbackOnRecord(900).found(900),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "failed, rollback to what is not there -> stays failed",
            failed().rollbackOnRecord(900).notFound(SECOND),
            Phase.FAILED),
        row(
            "succeeded, rollback wanted -> stays succeeded",
            succeeded().rollbackTo(900),
            Phase.SUCCEEDED));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void plans(Row row) {
    var plan = row.scene().plan();

    assertThat(
            plan.actions().stream().map(PlannerTableTest::said).filter(a -> !isUpkeep(a)).toList())
        .as("actions of: %s", row)
        .isEqualTo(row.actions());
    assertThat(plan.status().phase()).isEqualTo(row.phase());
    var again = row.scene().again(plan);
    assertThat(again.status()).isEqualTo(plan.status());
    assertThat(again.events()).isEmpty();
  }

  private static boolean isUpkeep(String action) {
    return action.startsWith("ReleasePods")
        || action.startsWith("DeleteChildJob")
        || action.startsWith("Sweep");
  }

  @Test
  void whatCannotBeUsedIsACondition() {
    var plan = running().rollbackOnRecord(900).notFound(SECOND).plan();

    var said = condition(plan.status());
    assertThat(said.status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(said.reason()).isEqualTo("NoSuchCheckpoint");
    assertThat(plan.events())
        .extracting(JobEvent::reason)
        .as("told as an event, too")
        .contains("NoSuchCheckpoint");
  }

  @Test
  void aJobThatCannotBeginSaysWhyInItsReadiness() {
    var plan = paused().unpaused().rollbackOnRecord(900).notFound(SECOND).plan();

    var ready = plan.status().condition(ConditionType.READY).orElseThrow();
    assertThat(ready.reason()).isEqualTo("NoSuchCheckpoint");
    assertThat(ready.message()).contains("spec.resumeFrom.step");
  }

  @Test
  void aTargetThatWasFoundDamagedSinceIsRefused() {
    var scene = paused().unpaused().rollbackOnRecord(900).found(900);
    var plan = scene.damagedTarget(900).plan();

    assertThat(plan.actions()).isEmpty();
    assertThat(condition(plan.status()).reason()).isEqualTo("Quarantined");
  }

  @Test
  void aSucceededJobIsForkedAndNotRolledBack() {
    var said = condition(succeeded().rollbackTo(900).plan().status());

    assertThat(said.reason()).isEqualTo("JobSucceeded");
    assertThat(said.message()).contains("Create another TrainingJob");
  }

  @Test
  void aWishThatIsTakenOutIsForgotten() {
    var plan = running().rollbackOnRecord(900).notFound(SECOND).wishTakenOut().plan();

    assertThat(plan.status().resumeFrom()).isEmpty();
    assertThat(plan.status().phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void rollsBackOnceHoweverOftenTheSameSpecIsApplied() {
    var world = new TestingWorld();
    rollsBackWhilePaused(world);

    assertThat(world.rollbacks).isEqualTo(1);
  }

  @Test
  void theSameStepCanBeAskedForAgainOnceItWasTakenOut() {
    var world = new TestingWorld();
    world.runsUntil("step 9", seen -> trained(seen, 9));
    world.resumeFrom(4);
    world.runsUntil("a rollback", StartingPointTest::applied);
    world.runsUntil("step 9 again", seen -> trained(seen, 9));
    world.takeResumeFromOut();
    world.runsUntil("forgotten", seen -> seen.status.resumeFrom().isEmpty());
    world.resumeFrom(4);
    world.runsUntil("a second rollback", StartingPointTest::applied);

    assertThat(world.rollbacks).isEqualTo(2);
  }

  @Test
  void aLostStatusDoesNotRollBackAgain() {
    var world = new TestingWorld();
    world.runsUntil("step 9", seen -> trained(seen, 9));
    world.resumeFrom(4);
    world.runsUntil("a rollback", StartingPointTest::applied);
    world.runsUntil("step 9 again", seen -> trained(seen, 9));
    world.status = TrainingJobStatus.initial();
    world.operatorDies();
    world.paused(false); // another generation
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.rollbacks).isEqualTo(1);
    assertThat(world.status.resumeFrom().flatMap(RollbackStatus::appliedInRun)).isPresent();
  }

  @Test
  void aRollbackOfARunningJobSavesFirstSoThatTheWayForwardStaysOpen() {
    var world = new TestingWorld();
    rollsBackWhileRunning(world);

    assertThat(world.manifests.keySet())
        .as("what was trained until the rollback is in the store")
        .anyMatch(name -> name.startsWith("%020d-".formatted(savedAt(world))));
  }

  static Stream<Consumer<TestingWorld>> stories() {
    return Stream.of(
        StartingPointTest::rollsBackWhilePaused, StartingPointTest::rollsBackWhileRunning);
  }

  @ParameterizedTest
  @MethodSource("stories")
  void operatorMayDieBeforeOrAfterEveryEffect(Consumer<TestingWorld> story) {
    EveryCut.of(
        story,
        (_, world) -> {
          assertThat(world.rollbacks).isEqualTo(1);
          assertThat(world.stepsMade)
              .as("steps are made twice only from where it went back to")
              .isEqualTo(TestingWorld.TOTAL_STEPS + world.leftBehind - 4);
        });
  }

  private static void rollsBackWhilePaused(TestingWorld world) {
    world.runsUntil("step 9", seen -> trained(seen, 9));
    world.paused(true);
    world.runsUntil("Paused", seen -> seen.status.phase() == Phase.PAUSED);
    world.resumeFrom(4);
    world.runsUntil("found", seen -> seen.status.resumeFrom().isPresent());
    world.paused(false);
    world.runsUntil("a rollback", StartingPointTest::applied);
    assertThat(world.status.run().orElseThrow().reason()).isEqualTo("RolledBack");
    assertThat(world.status.resume().orElseThrow().fromStep()).isEqualTo(4);
    world.paused(true);
    world.runsUntil("Paused again", seen -> seen.status.phase() == Phase.PAUSED);
    world.paused(false); // resumeFrom is still there
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
  }

  private static void rollsBackWhileRunning(TestingWorld world) {
    world.runsUntil("step 9", seen -> trained(seen, 9));
    world.resumeFrom(4);
    world.runsUntil("a rollback", StartingPointTest::applied);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
    assertThat(world.podsStarted).isEqualTo(2);
  }

  private static long savedAt(TestingWorld world) {
    return world.status.pause().orElseThrow().receipt().orElseThrow().step();
  }

  private static boolean applied(TestingWorld world) {
    return world.status.resumeFrom().flatMap(RollbackStatus::appliedInRun).isPresent();
  }

  private static boolean trained(TestingWorld world, long step) {
    return world.pods.values().stream().anyMatch(pod -> pod.memory >= step);
  }

  private static Condition condition(TrainingJobStatus status) {
    return Optional.of(status)
        .flatMap(known -> known.condition(ConditionType.RESUME_FROM_APPLIED))
        .orElseThrow();
  }
}
