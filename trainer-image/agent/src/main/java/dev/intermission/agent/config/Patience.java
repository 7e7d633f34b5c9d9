package dev.intermission.agent.config;

import java.time.Duration;

/**
 * How long the agent waits for others.
 *
 * @param holdLease a held trainer goes on when the operator was not heard for this long
 * @param grace the pod's terminationGracePeriodSeconds
 */
public record Patience(Duration holdLease, Duration grace) {

  private static final Duration DRAIN_MARGIN = Duration.ofSeconds(5);
  private static final Duration STOP_MARGIN = Duration.ofSeconds(2);
  private static final Duration OTHERS = Duration.ofSeconds(10);

  /**
   * How long the drain hook may keep the kubelet waiting: the rest is the trainer's, to end by
   * itself.
   */
  public Duration drain() {
    return atLeastOneSecond(grace.minus(DRAIN_MARGIN));
  }

  /** How long an upload may go on after SIGTERM: the kubelet kills at the end of the grace. */
  public Duration stop() {
    return atLeastOneSecond(grace.minus(STOP_MARGIN));
  }

  /**
   * How long, of that, the parts of a gang's other ranks are waited for after this rank's own: a
   * few steps, should they be behind.
   */
  public Duration stopForOthers() {
    return stop().compareTo(OTHERS) < 0 ? stop() : OTHERS;
  }

  private static Duration atLeastOneSecond(Duration wanted) {
    return wanted.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wanted;
  }
}
