package dev.intermission.agent.state;

import dev.intermission.checkpoint.protocol.Claim;
import java.util.Optional;

/**
 * This pod's right to write.
 *
 * @param claim rank 0's, absent until it took HEAD; the other ranks have none
 * @param enrolment the session that this pod belongs to
 * @param standing whether all this still counts
 */
public record Tenure(Optional<Claim> claim, Optional<Enrolment> enrolment, Standing standing) {

  /** How the claim stands, as far as this pod knows. */
  public enum Standing {
    /** Nothing speaks against it. */
    OPEN,
    /**
     * The operator sealed HEAD while the trainer was held: whatever is trained now could not be
     * kept.
     */
    SEALED,
    /** Another writer holds HEAD, for good. */
    FENCED
  }

  /** Before the claim. */
  public static final Tenure NONE = new Tenure(Optional.empty(), Optional.empty(), Standing.OPEN);

  /**
   * With the HEAD that this pod last wrote or saw under its token. A commit and an un-hold may end
   * in either order: what was raised later counts, or the next un-hold would take an older raise
   * for its own.
   */
  public Tenure with(Claim newest) {
    var older = claim.filter(known -> known.head().seq() > newest.head().seq()).isPresent();
    return older ? this : new Tenure(Optional.of(newest), enrolment, standing);
  }

  /** In this session, for the rest of the pod's life. */
  public Tenure with(Enrolment session) {
    return new Tenure(claim, Optional.of(session), standing);
  }

  /** The same claim under another verdict; being fenced is never taken back. */
  public Tenure judged(Standing verdict) {
    return standing == Standing.FENCED ? this : new Tenure(claim, enrolment, verdict);
  }

  /** Whether checkpoints are of several ranks. */
  public boolean together() {
    return enrolment.filter(session -> session.session().worldSize() > 1).isPresent();
  }

  /** HEAD's seq as this pod last knew it: what holds, holds under that HEAD. */
  public Optional<Long> seq() {
    return claim.map(known -> known.head().seq());
  }

  /** Whether this pod lost its right to write, for good. */
  public boolean fenced() {
    return standing == Standing.FENCED;
  }
}
