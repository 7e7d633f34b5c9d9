package dev.intermission.control;

/** How far one save request is. The agent claims; only S3 proves. */
public enum SaveState {
  /** Written to control.json; the trainer has not answered yet. */
  PENDING,
  /** The trainer said that it will save at the step. */
  ARMED,
  /** The trainer reached the step and its files are not complete yet. */
  SAVING,
  /** The files are complete and on their way to S3. */
  UPLOADING,
  /**
   * Durable, and the trainer waits at its step boundary: compute may be released after
   * verification.
   */
  HELD,
  /** Durable; no hold was asked, or the trainer does not wait yet, or the hold is over. */
  DURABLE,
  /**
   * The trainer was past the step when it saw the request: ask for a later one under the next id.
   */
  MISSED,
  /** The agent cannot serve this request; its problem says why. */
  FAILED,
  /** A request with a higher id was heard. */
  SUPERSEDED,
  /** This pod lost its right to write, for good. */
  FENCED,
  /** The trainer was told to go on. */
  CONTINUED;

  /** Whether waiting for another state is useless without another request. */
  public boolean settled() {
    return switch (this) {
      case PENDING, ARMED, SAVING, UPLOADING -> false;
      case HELD, DURABLE, MISSED, FAILED, SUPERSEDED, FENCED, CONTINUED -> true;
    };
  }
}
