package dev.intermission.sdk.directory;

import java.util.Optional;

/**
 * What the agent wants of the trainer; the meaning of {@code control.json}. Ids only grow, and a
 * higher one ends what a lower one began.
 */
public sealed interface Request {

  /**
   * Save at {@code at}; with {@code hold}, wait at that boundary afterwards until told to continue,
   * exit or stop.
   */
  record Checkpoint(long id, At at, boolean hold) implements Request {
    public Checkpoint {
      if (id <= 0) throw new IllegalArgumentException("id must be positive, is " + id);
    }
  }

  /**
   * Train on from memory: ends the hold of request {@code id} and of every lower one.
   *
   * @param at the step that the request was for, if it named one: another rank may have saved it,
   *     and have let its periodic saves before it go
   */
  record Continue(long id, Optional<Long> at) implements Request {

    /** Of a request for the next boundary. */
    public Continue(long id) {
      this(id, Optional.empty());
    }
  }

  /** Leave now and save nothing: the run is sealed, nothing more can be committed. */
  record Exit() implements Request {}

  /**
   * Leave now: another pod took over (or the reason given); nothing that is saved here would count.
   */
  record Stop(String reason) implements Request {}

  /** The boundary to save at. */
  sealed interface At {

    /** The first boundary that the trainer reaches. */
    record Next() implements At {}

    /** The boundary after this step; a trainer that is past it answers {@code missed}. */
    record Step(long step) implements At {
      public Step {
        if (step < 0) throw new IllegalArgumentException("step must not be negative, is " + step);
      }
    }
  }
}
