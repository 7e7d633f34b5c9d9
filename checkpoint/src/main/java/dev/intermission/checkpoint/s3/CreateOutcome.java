package dev.intermission.checkpoint.s3;

import java.time.Instant;

/** What became of a {@link ObjectStore#createOnce}. */
public sealed interface CreateOutcome {

  /**
   * The object is durable with these bytes.
   *
   * @param at the store's clock
   */
  record Created(Instant at) implements CreateOutcome {}

  /** An object of that key was there before; it was not touched. */
  record AlreadyThere() implements CreateOutcome {}

  /** It may or may not be there now, or come to be there later. Asking again is safe. */
  record AnswerLost(String why) implements CreateOutcome {}
}
