package dev.intermission.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.state.Ask.Release;
import dev.intermission.agent.state.Tenure.Standing;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HoldEndTest {

  private static final Duration LEASE = Situation.LEASE;

  @Test
  void aHoldLastsAsLongAsTheOperatorIsHeard() {
    var facts = held().heard(Duration.ofSeconds(30)).facts();

    assertThat(due(facts, Duration.ofSeconds(39))).isEmpty();
    assertThat(HoldEnd.left(facts, Duration.ofSeconds(39).toNanos()))
        .contains(Duration.ofSeconds(1));
    assertThat(due(facts, Duration.ofSeconds(40))).contains(7L);
  }

  @Test
  void aMonotonicClockThatIsNegativeCountsTheSame() {
    var heard = held().heard(Duration.ofNanos(Long.MAX_VALUE - 5)).facts();

    assertThat(HoldEnd.due(heard, Long.MIN_VALUE)).isEmpty(); // six nanoseconds later, wrapped
  }

  @Test
  void continueEndsItAtOnce() {
    assertThat(due(held().released(7, Release.WANTED).facts(), Duration.ZERO)).contains(7L);
  }

  @Test
  void aSealedOrFencedPodStaysHeld() {
    assertThat(due(held().judged(Standing.SEALED).facts(), LEASE)).isEmpty();
    assertThat(due(held().judged(Standing.FENCED).facts(), LEASE)).isEmpty();
    assertThat(
            due(held().released(7, Release.WANTED).judged(Standing.SEALED).facts(), Duration.ZERO))
        .isEmpty();
  }

  @Test
  void aPodThatIsAboutToEndStaysHeld() {
    var facts = held().facts();
    var draining = facts.with(facts.asked().drained());

    assertThat(due(draining, LEASE)).isEmpty();
    var taken = draining.with(draining.asked().released(7, Release.WANTED));
    assertThat(due(taken, Duration.ZERO)).isEmpty();
    assertThat(taken.asked().ask().orElseThrow().release()).isEqualTo(Release.NONE);
  }

  @Test
  void aSaveWithoutAHoldHasNothingToEnd() {
    var facts = Situation.claimed().asked(7, Optional.empty(), false).facts();

    assertThat(due(facts, LEASE)).isEmpty();
    assertThat(HoldEnd.left(facts, 0)).isEmpty();
  }

  @Test
  void aHoldThatIsOverDoesNotEndAgain() {
    assertThat(due(held().released(7, Release.DONE).facts(), LEASE)).isEmpty();
  }

  @Test
  void aLateContinueOfAnOlderRequestDoesNotEndANewerHold() {
    var facts = held().askedToHold(8).released(7, Release.WANTED).facts();

    assertThat(due(facts, Duration.ZERO)).isEmpty();
  }

  @Test
  void aHoldThatIsOverIsNotWantedToEndAgain() {
    var facts = held().released(7, Release.DONE).released(7, Release.WANTED).facts();

    assertThat(facts.asked().ask().orElseThrow().release()).isEqualTo(Release.DONE);
  }

  private static Situation held() {
    return Situation.claimed().askedToHold(7).trained(12).saved(12).holds(7).uploaded();
  }

  private static Optional<Long> due(Facts facts, Duration now) {
    return HoldEnd.due(facts, now.toNanos()).map(Ask::id);
  }
}
