package dev.intermission.checkpoint.retention;

/** What became of {@link Pins#pin}. */
public sealed interface PinOutcome {

  /** The manifest is there and stays: it may be referred to now. */
  record Pinned() implements PinOutcome {}

  /** It is about to be deleted, or is gone: it must not be referred to. No pin was left. */
  record Refused(String why) implements PinOutcome {}
}
