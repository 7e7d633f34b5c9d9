package dev.intermission.checkpoint.retention;

/**
 * Which checkpoints stay.
 *
 * @param last how many along HEAD's chain of parents; at least 2, so that there is one to fall back
 *     to
 */
public record KeepRule(int last) {

  public KeepRule {
    if (last < 2) {
      throw new IllegalArgumentException(
          "spec.checkpoint.keep.last is "
              + last
              + ": at least 2, so that a damaged one has a fallback");
    }
  }
}
