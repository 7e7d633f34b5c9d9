package dev.intermission.checkpoint.s3;

/** Whether a store can keep checkpoints. */
public sealed interface ProbeResult {

  /** It answered as the protocol needs. */
  record Usable() implements ProbeResult {}

  /**
   * It cannot be used as it is.
   *
   * @param reason CamelCase, for {@code StorageReady=False}
   * @param message what happened and what to do
   */
  record Unusable(String reason, String message) implements ProbeResult {}
}
