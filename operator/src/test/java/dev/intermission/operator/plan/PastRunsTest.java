package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.Scene.paused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.PastRun;
import dev.intermission.api.v1alpha1.Phase;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What status keeps of runs, in whole stories. */
class PastRunsTest {

  @Test
  void aChangeOfOverridesWhileItTrainsIsAppliedBySavingAndIsOnRecord() {
    var world = new TestingWorld();
    world.overrides(Map.of("learningRate", "0.002"));
    world.runsUntil("step 9", seen -> trained(seen, 9));
    world.overrides(Map.of("learningRate", "0.001", "batchSize", "128"));
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.status.runs()).hasSize(2);
    var newest = world.status.runs().getFirst();
    assertThat(newest.reason()).isEqualTo("SpecChanged");
    assertThat(newest.overrides()).containsEntry("batchSize", "128");
    assertThat(newest.changed())
        .containsExactly("batchSize: (not set) -> 128", "learningRate: 0.002 -> 0.001");
    assertThat(newest.fromStep()).isPresent();
    assertThat(world.status.runs().getLast().changed()).isEmpty();
  }

  @Test
  void theNewestTenAreKept() {
    var runs = paused().unpaused().pastRuns(10).plan().status().runs();

    assertThat(runs).extracting(PastRun::number).startsWith(4L, 10L, 9L).endsWith(2L).hasSize(10);
  }

  private static boolean trained(TestingWorld world, long step) {
    return world.pods.values().stream().anyMatch(pod -> pod.memory >= step);
  }
}
