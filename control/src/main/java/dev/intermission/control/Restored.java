package dev.intermission.control;

import java.util.Optional;

/**
 * How far the agent is with bringing back the checkpoint that the run starts from.
 *
 * @param step that was restored; absent when the run starts from the beginning or the restore is
 *     not done
 * @param problem what stands in the way, also while it is being retried
 */
public record Restored(State state, Optional<Long> step, Optional<Problem> problem) {

  /** The phases of a start. */
  public enum State {
    /** HEAD does not name this run yet. */
    WAITING_FOR_SEAL,
    /** A rank of a gang does not know yet which session it belongs to. */
    WAITING_FOR_ROSTER,
    /** The checkpoint is being downloaded. */
    RESTORING,
    /** The trainer has what it needs, which may be nothing. */
    RESTORED,
    /** It cannot be restored; the operator decides. */
    FAILED
  }
}
