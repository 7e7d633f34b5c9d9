package dev.intermission.checkpoint.verify;

/** Hears how far a verification is. Called from several threads at once, and in no order. */
@FunctionalInterface
public interface Progress {

  /** Nobody listens. */
  Progress NONE = (_, _) -> {};

  /**
   * A chunk was found whole.
   *
   * @param bytes of that chunk
   * @param ofBytes of all chunks that are looked at
   */
  void found(long bytes, long ofBytes);
}
