package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How much of a periodic checkpoint gets a second look. */
class CheckpointWatchTest {

  @Test
  void whatWasVerifiedInThisHourIsNotLookedAtAgain() {
    assertThat(CheckpointWatch.inherits(at("12:00:00"), at("12:59:59"))).isTrue();
  }

  @Test
  void firstCheckpointOfAnHourIsLookedAtAsAWhole() {
    assertThat(CheckpointWatch.inherits(at("11:59:59"), at("12:00:00"))).isFalse();
    assertThat(CheckpointWatch.inherits(at("12:30:00").minusSeconds(86_400), at("12:30:00")))
        .isFalse();
  }

  /** Another operator's clock was ahead. */
  @Test
  void whatWasVerifiedInALaterHourIsLookedAtAsAWhole() {
    assertThat(CheckpointWatch.inherits(at("13:00:00"), at("12:59:00"))).isFalse();
  }

  /** The scene's newest checkpoint was verified a minute before a full hour. */
  @Test
  void planAsksForAllObjectsAtTheFullHour() {
    var actions = Scene.running().commitsUnseen(1240).plan().actions();

    assertThat(actions)
        .filteredOn(Action.VerifyCheckpoint.class::isInstance)
        .map(action -> ((Action.VerifyCheckpoint) action).verifiedParent())
        .containsExactly(Optional.empty());
  }

  private static Instant at(String time) {
    return Instant.parse("2026-11-24T" + time + "Z");
  }
}
