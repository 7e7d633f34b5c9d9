package dev.intermission.sdk.directory;

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

  /** Train on from memory: ends the hold of request {@code id} and of every lower one. */
  record Continue(long id) implements Request {}

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
