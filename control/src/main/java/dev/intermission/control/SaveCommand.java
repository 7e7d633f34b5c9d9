package dev.intermission.control;

import java.util.Optional;

/**
 * Body of {@code POST /v1/checkpoints}: save, and perhaps hold. Idempotent by {@code id}.
 *
 * @param id grows with every request of a job; a lower one than the newest is answered {@link
 *     SaveState#SUPERSEDED}
 * @param at the step after which to save; absent means the next boundary
 * @param hold whether the trainer then waits until it is told to continue
 */
public record SaveCommand(long id, Optional<Long> at, boolean hold) {

  /** Rejects ids and steps that no operator sends. */
  public SaveCommand {
    if (id < 1) throw new IllegalArgumentException("id: " + id + " is not positive");
    if (at.isPresent() && at.get() < 0) {
      throw new IllegalArgumentException("at: " + at.get() + " is negative");
    }
  }
}
