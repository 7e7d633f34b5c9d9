package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Phase;
import org.junit.jupiter.api.Test;

/** Found by the specification: rule HELD_HEAD in checkpoint/spec/rules.py. */
class UnheardHoldEndTest {

  private final TestingWorld world = new TestingWorld();

  @Test
  void headThatAnUnholdRaisedIsNeverSealedOnTheStrengthOfAnOlderAnswer() {
    assertThat(world.trainsTo(5, 60)).isTrue();
    world.paused(true);
    for (var i = 0; i < 60 && !world.heardHeld(1); i++) world.tick();
    assertThat(world.heardHeld(1)).isTrue();

    world.holdEnds(1);
    var pod = world.pods.get(1L);
    var trained = pod.memory;
    for (var i = 0; i < 60 && world.status.phase() != Phase.PAUSED; i++) {
      if (world.pods.containsKey(1L)) trained = pod.memory;
      world.tick();
    }

    assertThat(world.status.phase()).isEqualTo(Phase.PAUSED);
    assertThat(world.status.pause().orElseThrow().receipt().orElseThrow().step())
        .as("every step that was trained is in the receipt's checkpoint")
        .isEqualTo(trained);
  }
}
