package dev.intermission.checkpoint.testing;

/** What can go wrong with one call of the store. */
public enum Fault {
  /** The process dies before the call has any effect. */
  DIE_BEFORE,
  /** The call takes effect, then the process dies. */
  DIE_AFTER,
  /** The call takes effect, but its answer is lost. */
  LOSE_ANSWER,
  /** The call has no effect, and nobody says so. */
  LOSE_REQUEST
}
