package dev.intermission.checkpoint.retention;

import java.util.Optional;

/**
 * Which checkpoints stay.
 *
 * @param last of how many steps along HEAD's chain of parents; at least 2, so that there is one to
 *     fall back to
 * @param everySteps of the older ones on the chain, the first at or after each multiple of this
 *     many steps stays too
 */
public record KeepRule(int last, Optional<Long> everySteps) {

  public KeepRule {
    if (last < 2) {
      throw new IllegalArgumentException(
          "spec.checkpoint.keep.last is "
              + last
              + ": at least 2, so that a damaged one has a fallback");
    }
    if (everySteps.filter(steps -> steps < 1).isPresent()) {
      throw new IllegalArgumentException(
          "spec.checkpoint.keep.everySteps is " + everySteps.get() + ": at least 1");
    }
  }

  /** Only the newest. */
  public KeepRule(int last) {
    this(last, Optional.empty());
  }

  /**
   * Whether a checkpoint on the chain is a milestone: a multiple of {@code everySteps} lies after
   * its parent's step and not after its own. Depends on nothing else, so that what a sweep decided
   * no later sweep decides otherwise.
   *
   * @param parentStep 0 for a checkpoint without a parent: step 0 is no milestone
   */
  boolean isMilestone(long step, long parentStep) {
    return everySteps.filter(steps -> step / steps > parentStep / steps).isPresent();
  }
}
