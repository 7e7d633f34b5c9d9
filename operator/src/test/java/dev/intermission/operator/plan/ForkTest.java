package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.PlannerTableTest.row;
import static dev.intermission.operator.plan.Scene.fresh;
import static dev.intermission.operator.plan.Scene.paused;
import static dev.intermission.operator.plan.Scene.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.operator.plan.PlannerTableTest.Row;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A job that begins from another one's checkpoint, also when its operator dies anywhere. */
class ForkTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  static Stream<Row> rows() {
    return Stream.of(
        row(
            "new, another job is named -> looks for its checkpoint, begins nothing meanwhile",
            fresh().forkOf("other"),
            Phase.PENDING,
            "SeekCheckpoint other"),
        row(
            "new, copied -> lets the origin go once that is on record, seals onto the copy",
            fresh().forkOnRecord("other").copied(1200),
            Phase.PENDING,
            "ReleaseOrigin " + Scene.ORIGIN,
            "SealHead 1"),
        row(
            "new, the copy lies there and HEAD does not -> goes on, nothing was lost",
            fresh().forkOnRecord("other").copied(1200).headMissing(),
            Phase.PENDING,
            "ReleaseOrigin " + Scene.ORIGIN,
            "SealHead 1"),
        row(
            "new, refused -> begins nothing",
            fresh().forkOnRecord("other").notFound(SECOND),
            Phase.PENDING),
        row(
            "running, copied -> saves first, as for a pause",
            running().forkOnRecord("other").copied(1200),
            Phase.PAUSING,
            "ReleaseOrigin " + Scene.ORIGIN,
            "AskToSave 1"),
        row(
            "paused and moved to an empty place, copied to it -> a HEAD is made there",
            paused().unpaused().forkOnRecord("other").copied(1250).headMissing(),
            Phase.PAUSED,
            "ReleaseOrigin " + Scene.ORIGIN,
            "SealHead 4"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void plans(Row row) {
    var plan = row.scene().plan();

    assertThat(plan.actions().stream().map(PlannerTableTest::said).toList())
        .as("actions of: %s", row)
        .isEqualTo(row.actions());
    assertThat(plan.status().phase()).isEqualTo(row.phase());
    assertThat(row.scene().again(plan).status()).isEqualTo(plan.status());
  }

  @Test
  void lineageIsInStatusAndInTheCondition() {
    var world = new TestingWorld();
    forksBeforeTheFirstRun(world);

    var wish = world.status.resumeFrom().orElseThrow();
    assertThat(wish.origin()).contains(TestingWorld.OTHERS);
    assertThat(world.status.condition(ConditionType.RESUME_FROM_APPLIED).map(Condition::message))
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .startsWith(
                        "Run 1 began from checkpoint 4, copied from " + TestingWorld.OTHERS));
  }

  @Test
  void whileItIsCopiedTheConditionSaysSo() {
    var plan = fresh().forkOf("other").plan();

    assertThat(plan.status().condition(ConditionType.RESUME_FROM_APPLIED).map(Condition::message))
        .hasValueSatisfying(said -> assertThat(said).contains("copied to this job's own place"));
  }

  static Stream<Consumer<TestingWorld>> stories() {
    return Stream.of(ForkTest::forksBeforeTheFirstRun, ForkTest::forksWhileRunning);
  }

  @ParameterizedTest
  @MethodSource("stories")
  void operatorMayDieBeforeOrAfterEveryEffect(Consumer<TestingWorld> story) {
    EveryCut.of(
        story,
        (_, world) -> {
          assertThat(world.rollbacks).as("forked once").isEqualTo(1);
          assertThat(world.stepsMade)
              .as("what was trained before is left behind, and nothing is trained twice")
              .isEqualTo(TestingWorld.TOTAL_STEPS - 4 + Math.max(0, world.leftBehind));
        });
  }

  private static void forksBeforeTheFirstRun(TestingWorld world) {
    world.forkOf("other");
    world.runsUntil("a fork", ForkTest::applied);
    assertThat(world.status.run().orElseThrow().reason()).isEqualTo("Forked");
    assertThat(world.status.resume().orElseThrow().fromStep()).isEqualTo(4);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
    assertThat(world.podsStarted).isEqualTo(1);
    assertThat(world.stepsMade).isEqualTo(TestingWorld.TOTAL_STEPS - 4);
  }

  private static void forksWhileRunning(TestingWorld world) {
    world.runsUntil("step 9", seen -> seen.pods.values().stream().anyMatch(pod -> pod.memory >= 9));
    world.forkOf("other");
    world.runsUntil("a fork", ForkTest::applied);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
    assertThat(world.podsStarted).isEqualTo(2);
  }

  private static boolean applied(TestingWorld world) {
    return world.status.resumeFrom().flatMap(RollbackStatus::appliedInRun).isPresent();
  }
}
