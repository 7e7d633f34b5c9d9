package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.verify.Mode;

/**
 * Where a store departs from the contract. Each departure is a value that the contract asserts, so
 * that a store that changes its ways fails the test; docs/storage.md repeats them for people.
 *
 * @param sums whether the store hands the sum of an object back
 * @param swaps whether a swap is one step
 */
record Dialect(Sums sums, Swaps swaps) {

  /** What the protocol needs. */
  static final Dialect FULL = new Dialect(Sums.HANDED_BACK, Swaps.ATOMIC);

  enum Sums {
    HANDED_BACK,
    /** A verification reads every chunk instead of asking for its sum. */
    NOT_KEPT
  }

  enum Swaps {
    ATOMIC,
    /**
     * It looks at If-Match, and then writes: of several at once more than one may win. Not fit for
     * checkpoints; the probe finds it with a chance, so that a test cannot insist.
     */
    LOOKED_AT_FIRST
  }

  Mode verifiedBy() {
    return sums == Sums.HANDED_BACK ? Mode.ATTESTED : Mode.READ;
  }

  /** The most winners that a race of so many swaps may have. */
  long winnersOf(int racers) {
    return swaps == Swaps.ATOMIC ? 1 : racers;
  }

  /** What the probe may say. */
  boolean allows(ProbeResult result) {
    return switch (result) {
      case ProbeResult.Usable _ -> true;
      case ProbeResult.Unusable(var reason, _) ->
          swaps == Swaps.LOOKED_AT_FIRST && reason.equals("ConditionalWritesNotAtomic");
    };
  }
}
