package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RestartSpec;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrashPointTest {

  @Test
  void jobStartsPausesResumesAndFinishes() {
    var world = new TestingWorld();
    story(world);
    assertThat(world.podsStarted).isEqualTo(2);
    assertThat(world.status.counts().pauses()).isEqualTo(1);
    assertThat(world.status.counts().resumes()).isEqualTo(1);
    assertThat(world.status.run().orElseThrow().number())
        .as("the seal of the pause serves the next run")
        .isEqualTo(2);
  }

  @Test
  void operatorMayDieBeforeOrAfterEveryEffect() {
    var whole = new TestingWorld();
    story(whole);
    assertThat(whole.effects).isGreaterThan(30);
    for (var cut = 1; cut <= whole.effects; cut++) {
      var world = new TestingWorld();
      world.cutAt = cut;
      try {
        story(world);
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("operator died at effect " + cut, broken);
      }
    }
  }

  @Test
  void togglesCrashesLostPodsAndAnUnreachableStoreLoseNoCommittedStep() {
    for (var seed = 0; seed < 300; seed++) {
      try {
        chaos(new TestingWorld(), new Random(seed));
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("seed " + seed, broken);
      }
    }
  }

  private static void story(TestingWorld world) {
    assertThat(world.trainsTo(5, 60)).as("trains to step 5: %s", world.status).isTrue();
    world.paused(true);
    assertThat(world.reaches(Phase.PAUSED, 60)).as("pauses: %s", world.status).isTrue();
    assertThat(world.pods).isEmpty();
    assertThat(world.jobs).isEmpty();
    var receipt = world.status.pause().orElseThrow().receipt().orElseThrow();
    assertThat(receipt.lostSteps()).isZero();
    assertThat(receipt.computeReleasedAt()).isPresent();
    world.paused(false);
    assertThat(world.reaches(Phase.SUCCEEDED, 120)).as("finishes: %s", world.status).isTrue();
    assertThat(world.status.resume().orElseThrow().fromStep()).isEqualTo(receipt.step());
    assertThat(world.status.checkpoint().orElseThrow().step()).isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void chaos(TestingWorld world, Random random) {
    var newest = -1L;
    for (var second = 0; second < 150; second++) {
      var dice = random.nextInt(100);
      if (dice < 12) world.paused(!world.spec.paused());
      else if (dice < 20) world.operatorDies();
      else if (dice < 23)
        world.pods.values().forEach(pod -> pod.failed = pod.claimed && !pod.finished);
      else if (dice < 28) world.storageDown = !world.storageDown;
      world.tick();
      var step = world.head.map(seen -> seen.head().step()).orElse(-1L);
      assertThat(step).as("HEAD never goes back").isGreaterThanOrEqualTo(newest);
      newest = step;
    }
    world.storageDown = false;
    world.paused(false);
    world.spec = world.spec.withRestarts(new RestartSpec(1000, Duration.ofSeconds(1)));
    assertThat(world.reaches(Phase.SUCCEEDED, 2000)).as("ends well: %s", world.status).isTrue();
  }
}
