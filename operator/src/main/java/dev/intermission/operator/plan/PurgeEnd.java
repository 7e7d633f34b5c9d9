package dev.intermission.operator.plan;

/** Why a deletion need not wait any longer; a metric's label. */
public enum PurgeEnd {
  /** {@code onDelete} is not Purge any more. */
  NOT_WANTED,
  /** Nothing of the job is left in the store. */
  PURGED,
  /** Nothing but what others have pinned. */
  SPARED,
  /** The store did not let us in time, or the namespace is going: checkpoints are left. */
  GIVEN_UP
}
