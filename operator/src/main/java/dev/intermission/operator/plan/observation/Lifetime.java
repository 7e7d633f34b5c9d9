package dev.intermission.operator.plan.observation;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether the job is going, and what holds it.
 *
 * @param deletedAt when this process first saw that somebody deleted it; absent while nobody did
 */
public record Lifetime(Optional<Instant> deletedAt, Hold hold, Home home) {

  /** Nobody deletes it, and nothing of ours would hold it. */
  public static final Lifetime LIVING = new Lifetime(Optional.empty(), Hold.NONE, Home.STAYS);

  /** Whether our finalizer keeps the API server from removing it. */
  public enum Hold {
    OURS,
    NONE
  }

  /** The job's namespace; looked at only when the job is deleted. */
  public enum Home {
    STAYS,
    /** It is being deleted, too: Secrets and rights may be gone already. */
    GOING
  }

  public Lifetime {
    Objects.requireNonNull(deletedAt, "deletedAt");
    Objects.requireNonNull(hold, "hold");
    Objects.requireNonNull(home, "home");
  }
}
