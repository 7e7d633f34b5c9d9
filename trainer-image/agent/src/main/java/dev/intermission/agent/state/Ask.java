package dev.intermission.agent.state;

import dev.intermission.control.SaveCommand;
import java.util.Optional;

/**
 * The newest request to save, as control.json tells it to the trainer.
 *
 * @param id grows with every request
 * @param at the step to save after; absent means the next boundary
 * @param hold whether the trainer waits afterwards
 * @param origin who asked
 * @param release whether it is on its way to being over
 */
public record Ask(long id, Optional<Long> at, boolean hold, Origin origin, Release release) {

  /** Who asked. */
  public enum Origin {
    /** A signed request: its id goes into the manifest. */
    OPERATOR,
    /**
     * The trainer's preStop hook: its id is the trainer's business only, or it could pass for an
     * operator's.
     */
    DRAIN
  }

  /** How far the end of a hold is. */
  public enum Release {
    /** Nobody wants the trainer to go on. */
    NONE,
    /** The operator said continue, or the lease ran out: HEAD must be raised first. */
    WANTED,
    /** The trainer was told to go on. */
    DONE
  }

  /** Whether the operator asked. */
  public boolean byOperator() {
    return origin == Origin.OPERATOR;
  }

  /**
   * Whether this is that command. An operator whose memory was lost counts its ids anew, and may
   * come to one that meant another request.
   */
  public boolean is(SaveCommand command) {
    return byOperator() && id == command.id() && at.equals(command.at()) && hold == command.hold();
  }

  /** The same request, nearer to its end. */
  public Ask released(Release stage) {
    return new Ask(id, at, hold, origin, stage);
  }
}
