package dev.intermission.agent.state;

import java.time.Duration;

/**
 * A hold is a lease: it lasts as long as the operator keeps asking, and a while longer, so that no
 * GPU idles for ever because the operator is gone.
 *
 * @param length since the operator was last heard
 * @param heardNanos monotonic time at which it was
 */
public record Lease(Duration length, long heardNanos) {

  /** The operator was heard. */
  public Lease renewed(long nowNanos) {
    return new Lease(length, nowNanos);
  }

  /** What is left; never negative. */
  public Duration left(long nowNanos) {
    var left = length.toNanos() - (nowNanos - heardNanos);
    return Duration.ofNanos(Math.max(left, 0));
  }

  /** Whether the trainer should go on. */
  public boolean over(long nowNanos) {
    return left(nowNanos).isZero();
  }
}
