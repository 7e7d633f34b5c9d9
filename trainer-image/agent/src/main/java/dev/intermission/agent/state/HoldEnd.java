package dev.intermission.agent.state;

import dev.intermission.agent.state.Ask.Release;
import java.time.Duration;
import java.util.Optional;

/** When a held trainer goes on. */
public final class HoldEnd {

  private HoldEnd() {}

  /**
   * The request whose hold must end now: the operator said so, or it was not heard for the length
   * of the lease.
   */
  public static Optional<Ask> due(Facts facts, long nowNanos) {
    return active(facts)
        .filter(ask -> ask.release() == Release.WANTED || facts.asked().lease().over(nowNanos));
  }

  /** How long until the lease decides, if a hold is active. */
  public static Optional<Duration> left(Facts facts, long nowNanos) {
    return active(facts).map(_ -> facts.asked().lease().left(nowNanos));
  }

  /**
   * Sealed, or about to end: whatever was trained now could not be kept, so the trainer stays where
   * it is until the pod goes.
   */
  private static Optional<Ask> active(Facts facts) {
    if (facts.tenure().standing() != Tenure.Standing.OPEN) return Optional.empty();
    if (facts.asked().draining()) return Optional.empty();
    return facts
        .asked()
        .ask()
        .filter(ask -> ask.release() != Release.DONE)
        .filter(ask -> ask.hold() || ask.release() == Release.WANTED);
  }
}
