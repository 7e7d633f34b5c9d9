package dev.intermission.operator.plan.observation;

import dev.intermission.checkpoint.retention.Purged;
import dev.intermission.checkpoint.retention.Sweep;
import dev.intermission.control.Problem;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of collecting and of purging, in this process.
 *
 * @param swept the newest sweep
 * @param purged the purge, once it is complete
 */
public record Upkeep(Optional<Seen<Swept>> swept, Optional<Seen<Purged>> purged) {

  /** Nothing was swept or purged yet. */
  public static final Upkeep NONE = new Upkeep(Optional.empty(), Optional.empty());

  public Upkeep {
    Objects.requireNonNull(swept, "swept");
    Objects.requireNonNull(purged, "purged");
  }

  /** How a sweep ended. */
  public sealed interface Swept {

    /** It did what there was to do. */
    record Done(Sweep sweep) implements Swept {}

    /** It deleted nothing more, since nobody knows what a damaged checkpoint needs. */
    record Blocked(Problem problem) implements Swept {}
  }
}
