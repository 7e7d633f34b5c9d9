package dev.intermission.e2e;

/** What a test may break under the others: see {@link Disruptive} and {@link Needs}. */
enum ClusterPart {
  /** Every test needs it. */
  OPERATOR,
  /** {@link TestBed#SPARE_NODE}: only the tests that say so have workers there. */
  SPARE_NODE,
  /** Every test {@link WithKueue} needs it; their operator is theirs. */
  KUEUE
}
