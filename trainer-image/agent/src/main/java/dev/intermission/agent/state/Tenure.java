package dev.intermission.agent.state;

import dev.intermission.checkpoint.protocol.Claim;
import java.util.Optional;

/**
 * This pod's right to write.
 *
 * @param claim absent until rank 0 took HEAD
 * @param standing whether it still counts
 */
public record Tenure(Optional<Claim> claim, Standing standing) {

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
  public static final Tenure NONE = new Tenure(Optional.empty(), Standing.OPEN);

  /**
   * With the HEAD that this pod last wrote or saw under its token. A commit and an un-hold may end
   * in either order: what was raised later counts, or the next un-hold would take an older raise
   * for its own.
   */
  public Tenure with(Claim newest) {
    var older = claim.filter(known -> known.head().seq() > newest.head().seq()).isPresent();
    return older ? this : new Tenure(Optional.of(newest), standing);
  }

  /** The same claim under another verdict; being fenced is never taken back. */
  public Tenure judged(Standing verdict) {
    return standing == Standing.FENCED ? this : new Tenure(claim, verdict);
  }

  /** Whether this pod lost its right to write, for good. */
  public boolean fenced() {
    return standing == Standing.FENCED;
  }
}
