package dev.intermission.checkpoint.protocol;

import java.time.Instant;

/**
 * Why nothing resumes from a checkpoint any more. That it is there counts, more than what it says.
 *
 * @param reason CamelCase; {@code Damaged}
 * @param message which object, what was expected and what was found
 * @param at by the clock of whoever found it
 */
public record Quarantine(String reason, String message, Instant at) {

  /** A checkpoint that was found damaged, twice. */
  public static Quarantine damaged(String message, Instant at) {
    return new Quarantine("Damaged", message, at);
  }
}
