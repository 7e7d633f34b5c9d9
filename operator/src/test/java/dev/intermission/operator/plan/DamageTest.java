package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.checkpoint.manifest.ManifestRef;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store loses objects of the newest checkpoint, at every time of a job's life. */
class DamageTest {

  private final TestingWorld world = new TestingWorld();
  private final List<JobEvent> events = new ArrayList<>();

  @BeforeEach
  void trainsToTheThirdCheckpoint() {
    assertThat(world.trainsTo(13, 60)).isTrue();
    assertThat(newest().step()).isEqualTo(12);
  }

  @Test
  void aCheckpointThatTwoLooksFoundDamagedIsQuarantinedAndTheNextRunStartsFromItsParent() {
    damage(12);
    fail();
    var left = ticksUntilHeadNames(8);

    assertThat(left).as("seconds: the second look is half a minute later").isBetween(30, 45);
    assertThat(world.quarantined).containsExactly(name(12));
    assertThat(verified().status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(verified().reason()).isEqualTo("Quarantined");
    assertThat(verified().message())
        .contains("Checkpoint 12 is damaged: a chunk is gone")
        .contains("Resuming from checkpoint 8, which loses 4 steps")
        .contains("spec.checkpoint.keep.last");
    assertThat(events).extracting(JobEvent::reason).contains("Damaged", "Quarantined");
    assertThat(world.reaches(Phase.SUCCEEDED, 200)).isTrue();
    assertThat(world.status.checkpoint().orElseThrow().step()).isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  @Test
  void theQuarantineIsSaidUntilANewCheckpointIsVerified() {
    damage(12);
    fail();
    ticksUntilHeadNames(8);
    assertThat(world.reaches(Phase.RUNNING, 30)).isTrue();
    assertThat(verified().reason()).isEqualTo("Quarantined");
    tickUntilStep(13);
    assertThat(verified().reason()).isEqualTo("Verified");
  }

  @Test
  void oneWrongAnswerIsNotTakenForDamage() {
    damage(12);
    fail();
    while (world.looks == 0) tick();
    world.damaged.clear(); // the proxy is itself again
    assertThat(world.reaches(Phase.STARTING, 60)).isTrue();
    assertThat(newest().step()).isEqualTo(12);
    assertThat(world.quarantined).isEmpty();
  }

  @Test
  void aParentThatOnlyOneLookFoundDamagedIsNotPassed() {
    damage(12);
    damage(8);
    fail();
    while (world.looks == 0) tick();
    world.damaged.remove(name(8));
    ticksUntilHeadNames(8);
    assertThat(world.quarantined).containsExactly(name(12));
  }

  @Test
  void aDamagedParentIsPassedToo() {
    damage(12);
    damage(8);
    fail();
    ticksUntilHeadNames(4);
    assertThat(verified().message()).contains("Resuming from checkpoint 4, which loses 8 steps");
  }

  @Test
  void aParentThatIsSweptBetweenTheLookAndTheSealIsPassedToo() {
    damage(12);
    fail();
    while (world.quarantined.isEmpty()) tick();
    world.going.add(name(8));
    ticksUntilHeadNames(4);
    assertThat(world.quarantined).containsExactly(name(12));
    assertThat(verified().message()).contains("Resuming from checkpoint 4, which loses 8 steps");
  }

  @Test
  void withNothingOlderTheJobWaitsForAPersonAndLooksEverMoreSeldom() {
    damage(12);
    damage(8);
    damage(4);
    fail();
    var before = world.podsStarted;
    for (var second = 0; second < 3600; second++) tick();

    assertThat(newest().step()).isEqualTo(12);
    assertThat(world.podsStarted).as("nothing is started").isEqualTo(before);
    assertThat(world.quarantined).isEmpty();
    assertThat(world.looks).as("looks in an hour").isBetween(5, 15);
    assertThat(verified().reason()).isEqualTo("Damaged");
    assertThat(verified().message())
        .contains("restore the object from a backup")
        .contains("nothing starts from zero by itself")
        .contains("delete this TrainingJob and create it again");
    assertThat(condition(ConditionType.READY).reason()).isEqualTo("CheckpointDamaged");
    assertThat(events.stream().filter(event -> event.reason().equals("Damaged"))).hasSize(1);

    world.damaged.clear(); // somebody restored the object
    assertThat(world.reaches(Phase.SUCCEEDED, 1200)).isTrue();
  }

  @Test
  void anOperatorThatDiesAtAnyEffectNeverGoesBackToTheDamagedCheckpoint() {
    for (var cut = 1; cut <= 120; cut++) {
      var again = new TestingWorld();
      assertThat(again.trainsTo(13, 60)).isTrue();
      again.damaged.add(again.head.orElseThrow().head().manifest().orElseThrow().name());
      again.pods.values().forEach(pod -> pod.failed = true);
      again.cutAt = again.effects + cut;
      var from = new ArrayList<Long>();
      for (var second = 0; second < 200 && again.status.phase() != Phase.SUCCEEDED; second++) {
        again.tick();
        again.status.run().flatMap(run -> run.resumedFrom()).ifPresent(at -> from.add(at.step()));
      }
      assertThat(again.status.phase()).as("died at effect %d", cut).isEqualTo(Phase.SUCCEEDED);
      assertThat(from).as("died at effect %d", cut).isNotEmpty().containsOnly(8L);
    }
  }

  @Test
  void aPauseWithoutATrainerProvesTheParentOfADamagedCheckpoint() {
    damage(12);
    fail();
    world.paused(true);
    for (var second = 0; second < 120 && world.status.phase() != Phase.PAUSED; second++) tick();
    assertThat(world.status.phase()).isEqualTo(Phase.PAUSED);
    assertThat(world.status.pause().orElseThrow().receipt().orElseThrow().step()).isEqualTo(8);
    assertThat(verified().reason()).isEqualTo("Verified");
  }

  @Test
  void aSaveForAPauseThatArrivedDamagedIsQuarantinedAndSavedAgain() {
    world.damageNext = 1;
    world.paused(true);
    for (var second = 0; second < 120 && world.status.phase() != Phase.PAUSED; second++) tick();

    assertThat(world.status.phase()).isEqualTo(Phase.PAUSED);
    var receipt = world.status.pause().orElseThrow().receipt().orElseThrow();
    assertThat(receipt.lostSteps()).isZero();
    assertThat(world.quarantined).hasSize(1);
    assertThat(world.quarantined).doesNotContain(newest().name());
  }

  private void tick() {
    events.addAll(world.tick().events());
  }

  private int ticksUntilHeadNames(long step) {
    for (var second = 0; second < 150; second++) {
      if (newest().step() == step) return second;
      tick();
    }
    throw new AssertionError("HEAD never names " + step + ": " + world.status);
  }

  private void tickUntilStep(long step) {
    for (var second = 0; second < 60; second++) {
      tick();
      if (newest().step() >= step - 1
          && world.status.checkpoint().filter(known -> known.step() >= step - 1).isPresent())
        return;
    }
    throw new AssertionError("no checkpoint at " + step + ": " + world.status);
  }

  private void fail() {
    world.pods.values().forEach(pod -> pod.failed = true);
  }

  private void damage(long step) {
    world.damaged.add(name(step));
  }

  private String name(long step) {
    return world.manifests.keySet().stream()
        .filter(known -> ManifestRef.stepOf(known) == step)
        .findFirst()
        .orElseThrow();
  }

  private ManifestRef newest() {
    return world.head.orElseThrow().head().manifest().orElseThrow();
  }

  private Condition verified() {
    return condition(ConditionType.CHECKPOINT_VERIFIED);
  }

  private Condition condition(ConditionType type) {
    return world.status.condition(type).orElseThrow();
  }
}
