package dev.intermission.checkpoint.s3;

/** What became of a {@link ObjectStore#swap}. */
public sealed interface SwapOutcome {

  /** Replaced; {@code etag} names the new content. */
  record Swapped(String etag) implements SwapOutcome {}

  /** Another content was there: nothing was changed by this request. */
  record Refused() implements SwapOutcome {}

  /** No object was there although one was expected: nothing was changed, and nothing is created. */
  record Missing() implements SwapOutcome {}

  /** It may have happened, or may still happen. Only reading can tell. */
  record AnswerLost(String why) implements SwapOutcome {}
}
