package dev.intermission.checkpoint.s3;

/** What must be true of an object for a {@link ObjectStore#swap} to replace it. */
public sealed interface SwapCondition {

  /** It is still the one that was read with this ETag. */
  record IfMatch(String etag) implements SwapCondition {}

  /** There is none. */
  record IfAbsent() implements SwapCondition {}
}
