package dev.intermission.control;

import java.time.Instant;

/**
 * What makes two equal requests differ.
 *
 * @param date in whole seconds; older or newer than the agent's clock by more than 10 minutes is
 *     refused
 * @param nonce that the answer repeats
 */
record Stamp(Instant date, String nonce) {

  Stamp {
    if (nonce.isEmpty()
        || nonce.length() > 64
        || !nonce.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException("nonce: 1 to 64 visible ASCII characters");
    }
  }
}
