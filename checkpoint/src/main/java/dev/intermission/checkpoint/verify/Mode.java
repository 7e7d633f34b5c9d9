package dev.intermission.checkpoint.verify;

/** What a verification rests on. */
public enum Mode {
  /**
   * Every object's length and SHA-256 as the store keeps them; objects without a kept sum are read.
   */
  ATTESTED,
  /** As {@link #ATTESTED}, but where the store keeps no sum the length is enough. */
  LENGTH_ONLY,
  /** Every byte was read and hashed. */
  READ
}
