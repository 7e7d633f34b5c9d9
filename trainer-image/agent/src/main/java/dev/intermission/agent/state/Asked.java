package dev.intermission.agent.state;

import dev.intermission.agent.state.Ask.Release;
import java.util.Optional;

/**
 * What was asked of this worker.
 *
 * @param newestId highest id that the operator ever sent to this pod
 * @param ask the request that control.json names
 * @param lease of the hold
 * @param draining whether the pod is about to end: then a hold has no end
 */
public record Asked(long newestId, Optional<Ask> ask, Lease lease, boolean draining) {

  /** Of a pod that nobody takes away. */
  public Asked(long newestId, Optional<Ask> ask, Lease lease) {
    this(newestId, ask, lease, false);
  }

  /** A new request takes the place of the older one. */
  public Asked with(Ask next) {
    var newest = next.byOperator() ? Math.max(newestId, next.id()) : newestId;
    return new Asked(newest, Optional.of(next), lease, draining);
  }

  /** The operator was heard. */
  public Asked heard(long nowNanos) {
    return new Asked(newestId, ask, lease.renewed(nowNanos), draining);
  }

  /** The pod is about to end. */
  public Asked drained() {
    return new Asked(newestId, ask, lease, true);
  }

  /**
   * Request {@code id} moves towards its end; another request is left alone, and nothing moves
   * backwards. Not in a pod that is about to end: a pause can be taken back, that cannot.
   */
  public Asked released(long id, Release stage) {
    if (draining) return this;
    return new Asked(
        newestId,
        ask.map(
            old ->
                old.id() == id && old.release().compareTo(stage) < 0 ? old.released(stage) : old),
        lease,
        draining);
  }
}
