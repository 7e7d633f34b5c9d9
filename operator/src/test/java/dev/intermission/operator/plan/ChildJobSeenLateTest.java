package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.operator.plan.observation.Cluster;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Worker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jobs and pods come by two watches, and either may be ahead of the other. */
class ChildJobSeenLateTest {

  /** Seen in an end-to-end run: "Somebody deleted the child Job", 50 ms after it was created. */
  @Test
  void podThatIsSeenBeforeItsJobIsNoSignOfADeletedJob() {
    var world = new TestingWorld();
    while (world.jobs.isEmpty()) world.tick();
    assertThat(world.status.run().orElseThrow().jobUid()).as("the Job's uid").isEmpty();
    var plan = new Planner(Pace.LIVELY).plan(world.spec, world.status, early(world), world.now);

    assertThat(plan.status().phase()).isEqualTo(Phase.STARTING);
    assertThat(plan.status().run().orElseThrow().number()).isEqualTo(1);
    assertThat(plan.status().counts().disruptions()).isZero();
  }

  @Test
  void jobThatWasSeenAndIsGoneEndsTheRunOnceItsPodsAreGoneToo() {
    var world = new TestingWorld();
    assertThat(world.reaches(Phase.RUNNING, 60)).isTrue();
    world.jobs.clear();

    assertThat(world.tick().status().phase()).as("its pod still trains").isEqualTo(Phase.RUNNING);
    world.pods.clear();

    assertThat(world.tick().status().counts().disruptions()).isEqualTo(1);
  }

  /** The pod is there and has no node yet; of its Job nothing is known. */
  private static Observation early(TestingWorld world) {
    var seen = world.observe();
    var pod = seen.cluster().workers().getFirst();
    var fresh = new Worker(pod.id(), new Worker.Placement.Unscheduled(""), pod.state(), List.of());
    return new Observation(
        seen.subject(),
        seen.template(),
        new Cluster(List.of(), List.of(fresh)),
        seen.agents(),
        seen.storage());
  }
}
