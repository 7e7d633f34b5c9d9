package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.PlannerTableTest.row;
import static dev.intermission.operator.plan.Scene.recovering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.PastRun;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RestartSpec;
import dev.intermission.api.v1alpha1.SuspicionStatus;
import dev.intermission.operator.plan.PlannerTableTest.Row;
import dev.intermission.operator.plan.TestingWorld.Trouble;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A checkpoint that makes its trainers fail, also when the operator dies anywhere. */
class SuspicionTest {

  private static final Duration AGO = Duration.ofSeconds(-1);

  static Stream<Row> rows() {
    return Stream.of(
        row(
            "recovering, two failed resumes -> tries the same checkpoint again",
            recovering().nextRunIn(AGO).failedResumes(2).parentVerified(900),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "recovering, three, parent not looked at -> looks at it before anything is decided",
            recovering().nextRunIn(AGO).failedResumes(3).parent(900),
            Phase.RECOVERING,
            "VerifyCheckpoint 900"),
        row(
            "recovering, three, parent is whole -> on record first, then goes back to it",
            recovering().nextRunIn(AGO).failedResumes(3).parentVerified(900),
            Phase.RECOVERING,
            "LeaveCheckpoint 4 to 900"),
        row(
            "recovering, three, parent is damaged -> tries the same one again",
            recovering().nextRunIn(AGO).failedResumes(3).parentDamaged(900),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "recovering, three, there is no parent -> tries the same one again",
            recovering().nextRunIn(AGO).failedResumes(3),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "recovering, on record as suspect, not left -> leaves it",
            recovering().nextRunIn(AGO).failedResumes(3).suspect().parentVerified(900),
            Phase.RECOVERING,
            "LeaveCheckpoint 4 to 900"),
        row(
            "recovering, three, a rollback is wanted -> what was asked for comes first",
            recovering()
                .nextRunIn(AGO)
                .failedResumes(3)
                .parentVerified(900)
                .rollbackOnRecord(600)
                .found(600),
            Phase.RECOVERING,
            "SealHead 4"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void plans(Row row) {
    var plan = row.scene().plan();

    assertThat(
            plan.actions().stream()
                .map(PlannerTableTest::said)
                .filter(
                    said ->
                        !said.startsWith("ReleasePods")
                            && !said.startsWith("DeleteChildJob")
                            && !said.startsWith("Sweep"))
                .toList())
        .as("actions of: %s", row)
        .isEqualTo(row.actions());
    assertThat(plan.status().phase()).isEqualTo(row.phase());
    var again = row.scene().again(plan);
    assertThat(again.status()).isEqualTo(plan.status());
    assertThat(again.events()).isEmpty();
  }

  @Test
  void theThirdFailedResumeTriesTheParentAndTellsBothSteps() {
    var world = new TestingWorld();
    poisoned(world);

    assertThat(world.told)
        .filteredOn(event -> event.reason().equals("CheckpointSuspect"))
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.message())
                    .startsWith("Checkpoint 8 is whole in the store, but 3 runs in a row failed")
                    .contains("Checkpoint 4 is tried, once; 4 steps are trained again"));
    assertThat(world.status.runs())
        .extracting(PastRun::reason)
        .containsSubsequence("CheckpointSuspect", "TrainerFailed");
    assertThat(world.status.counts().failures()).isEqualTo(4);
  }

  @Test
  void aFailureAfterAStepAccusesNoCheckpoint() {
    var world = new TestingWorld();
    world.spec = world.spec.withRestarts(new RestartSpec(10, Duration.ofSeconds(1)));
    for (var failure = 1; failure <= 5; failure++) {
      world.trouble = Optional.of(new Trouble(Trouble.Kind.FAILS, 11));
      world.runsUntil("failed", seen -> seen.trouble.isEmpty());
    }
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.told).extracting(JobEvent::reason).doesNotContain("CheckpointSuspect");
    assertThat(world.status.recovery().suspicion()).isEmpty();
  }

  @Test
  void theParentIsTriedOnceAndThenTheLimitDecides() {
    var world = new TestingWorld();
    world.poisonEverything = true;
    poisonedAt8(world);
    world.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);

    assertThat(world.told)
        .filteredOn(event -> event.reason().equals("CheckpointSuspect"))
        .hasSize(1);
    assertThat(world.head.orElseThrow().head().step()).as("never further back").isEqualTo(4);
    assertThat(world.status.recovery().suspicion().flatMap(SuspicionStatus::suspect))
        .hasValueSatisfying(left -> assertThat(left.step()).isEqualTo(8));
  }

  @Test
  void operatorMayDieBeforeOrAfterEveryEffect() {
    EveryCut.of(
        SuspicionTest::poisoned,
        (whole, world) -> {
          assertThat(world.status.counts().failures()).isEqualTo(4);
          assertThat(world.podsStarted).isEqualTo(whole.podsStarted);
          assertThat(world.stepsMade).isEqualTo(whole.stepsMade);
        });
  }

  /** The trainer fails at step 9; whoever begins from checkpoint 8 fails at once. */
  private static void poisoned(TestingWorld world) {
    poisonedAt8(world);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
  }

  private static void poisonedAt8(TestingWorld world) {
    world.poison = Optional.of(8L);
    world.trouble = Optional.of(new Trouble(Trouble.Kind.FAILS, 9));
  }
}
