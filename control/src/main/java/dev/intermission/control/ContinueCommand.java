package dev.intermission.control;

import java.util.Optional;

/**
 * Body of {@code POST /v1/checkpoints/ID/continue}: training goes on from memory. Said to every
 * worker of the run, also to one that never heard the request.
 *
 * @param id of the request that is over; 0: of none that is on record
 * @param at the step that it was for, if it named one
 */
public record ContinueCommand(long id, Optional<Long> at) {

  /** Rejects ids and steps that no operator sends. */
  public ContinueCommand {
    if (id < 0) throw new IllegalArgumentException("id: " + id + " is negative");
    if (at.isPresent() && at.get() < 0) {
      throw new IllegalArgumentException("at: " + at.get() + " is negative");
    }
  }
}
