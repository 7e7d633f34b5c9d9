package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.LifetimeSpec;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RestartSpec;
import dev.intermission.operator.plan.TestingWorld.Trouble;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long a job may train, and how long it stays. */
class LifespanTest {

  private static final Duration AN_HOUR = Duration.ofHours(1);

  private final TestingWorld world = new TestingWorld();

  @Test
  void atTheDeadlineTheJobSavesReleasesItsPodsAndFails() {
    deadline(10);
    world.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);

    assertThat(world.pods).isEmpty();
    assertThat(world.status.pause().orElseThrow().receipt().orElseThrow().lostSteps()).isZero();
    var failed = world.status.condition(ConditionType.FAILED).orElseThrow();
    assertThat(failed.reason()).isEqualTo("DeadlineExceeded");
    assertThat(failed.message()).contains("spec.lifetime.activeDeadline", "raise the deadline");
    assertThat(world.status.counts().failures()).as("no failure of the trainer").isZero();
  }

  @Test
  void timeInAPauseDoesNotCount() {
    deadline(60);
    world.runsUntil("step 5", seen -> trained(seen, 5));
    world.paused(true);
    world.runsUntil("Paused", seen -> seen.status.phase() == Phase.PAUSED);
    var before = world.status.active();
    assertThat(before.since()).isEmpty();
    world.now = world.now.plus(Duration.ofHours(5));
    world.paused(false);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.status.active().seconds()).isGreaterThan(before.seconds()).isLessThan(60);
  }

  @Test
  void aLongerDeadlineLetsAFailedJobGoOnWhereItWas() {
    deadline(10);
    world.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);
    deadline(1000);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  @Test
  void aRunThatWasSealedBySomebodyEndsWithItsDeadlineToo() {
    deadline(60);
    world.runsUntil("step 9", seen -> trained(seen, 9));
    world.sealedByAnother();
    world.now = world.now.plus(Duration.ofMinutes(1));
    world.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);

    assertThat(world.pods).isEmpty();
    assertThat(world.status.condition(ConditionType.FAILED).orElseThrow().reason())
        .isEqualTo("DeadlineExceeded");
  }

  @Test
  void aJobThatFinishesInTimeHasSucceeded() {
    deadline(300);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
  }

  @Test
  void operatorMayDieBeforeOrAfterEveryEffectOfADeadline() {
    EveryCut.of(LifespanTest::failsAndGoesOn, (_, _) -> {}); // the story itself asserts
  }

  @Test
  void anEndedJobIsDeletedOnceItsTimeToStayIsOver() {
    world.spec =
        world.spec.withLifetime(
            new LifetimeSpec(Optional.empty(), Optional.of(Duration.ofHours(1))));
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
    for (var second = 0; second < 300; second++) world.tick();
    assertThat(world.deletion.gone).as("within the hour").isFalse();
    world.now = world.now.plus(Duration.ofHours(1));
    var plan = world.tick();

    assertThat(plan.actions()).contains(new Action.DeleteTrainingJob());
    assertThat(world.deletion.gone).isTrue();
  }

  /** In Volcano, jobs of one kind of end were never collected (volcano 4736). */
  @Test
  void everyKindOfEndExpires() {
    var hour = new LifetimeSpec(Optional.of(Duration.ofSeconds(10)), Optional.of(AN_HOUR));
    world.spec = world.spec.withLifetime(hour);
    world.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);
    world.now = world.now.plus(AN_HOUR);
    world.tick();
    assertThat(world.deletion.gone).as("at its deadline").isTrue();

    var crashing = new TestingWorld();
    crashing.spec =
        crashing
            .spec
            .withLifetime(new LifetimeSpec(Optional.empty(), Optional.of(AN_HOUR)))
            .withRestarts(new RestartSpec(0, Duration.ofSeconds(1)));
    crashing.trouble = Optional.of(new Trouble(Trouble.Kind.FAILS, 10));
    crashing.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);
    crashing.now = crashing.now.plus(AN_HOUR);
    crashing.tick();
    assertThat(crashing.deletion.gone).as("beyond its limit").isTrue();
  }

  @Test
  void failedJobThatWentOnStaysAsLongAfterItsNextEnd() {
    deadline(10);
    world.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);
    world.now = world.now.plus(AN_HOUR);
    world.spec =
        world.spec.withLifetime(
            new LifetimeSpec(Optional.of(Duration.ofHours(9)), Optional.of(AN_HOUR)));
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
    for (var second = 0; second < 60; second++) world.tick();
    assertThat(world.deletion.deletedAt).as("its first end was an hour ago").isEmpty();
    world.now = world.now.plus(AN_HOUR);
    world.tick();

    assertThat(world.deletion.gone).isTrue();
  }

  @Test
  void whatHasNotEndedIsNeverDeleted() {
    world.spec =
        world.spec.withLifetime(
            new LifetimeSpec(Optional.empty(), Optional.of(Duration.ofSeconds(1))));
    world.runsUntil("step 5", seen -> trained(seen, 5));
    world.paused(true);
    world.runsUntil("Paused", seen -> seen.status.phase() == Phase.PAUSED);
    world.now = world.now.plus(Duration.ofHours(1));
    world.tick();

    assertThat(world.deletion.deletedAt).isEmpty();
  }

  private static void failsAndGoesOn(TestingWorld world) {
    deadline(world, 10);
    world.runsUntil("Failed", seen -> seen.status.phase() == Phase.FAILED);
    deadline(world, 1000);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);
    assertThat(world.podsStarted).isEqualTo(2);
    assertThat(world.stepsMade).isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private void deadline(int seconds) {
    deadline(world, seconds);
  }

  private static void deadline(TestingWorld world, int seconds) {
    world.spec =
        world.spec.withLifetime(
            new LifetimeSpec(Optional.of(Duration.ofSeconds(seconds)), Optional.empty()));
    world.generation++;
  }

  private static boolean trained(TestingWorld world, long step) {
    return world.pods.values().stream().anyMatch(pod -> pod.memory >= step);
  }
}
