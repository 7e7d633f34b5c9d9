package dev.intermission.operator.plan.observation;

import java.time.Instant;
import java.util.Objects;

/**
 * A fact from outside with the time at which it was asked for; it was true at some moment after
 * {@code at}.
 *
 * @param at the operator's clock just before the question was sent, so that "seen after t" can
 *     never mean an answer from before t
 */
public record Seen<T>(T value, Instant at) {

  public Seen {
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(at, "at");
  }

  /** Whether the question was asked after {@code moment}. */
  public boolean after(Instant moment) {
    return at.isAfter(moment);
  }
}
