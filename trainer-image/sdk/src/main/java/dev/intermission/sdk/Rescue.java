package dev.intermission.sdk;

/** What became of the last boundary of a training that failed after it. */
public sealed interface Rescue {

  /** A resume continues from this step: its checkpoint is committed. */
  record Kept(long step) implements Rescue {}

  /** Steps may be lost; a resume continues from the checkpoint before, which is untouched. */
  record NotKept(String reason) implements Rescue {}
}
