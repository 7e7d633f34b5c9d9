package dev.intermission.checkpoint.protocol;

import java.util.Optional;

/** What became of an un-hold. */
public sealed interface UnholdOutcome {

  /** Training may go on; the operator cannot seal the HEAD that it verified any more. */
  record Raised(Claim claim) implements UnholdOutcome {}

  /** HEAD is sealed, claimed by another or gone: stay held. */
  record SealedMeanwhile(Optional<Head> now) implements UnholdOutcome {}

  /** Nobody knows: stay held and ask again with the same claim. */
  record Undecided(String why) implements UnholdOutcome {}
}
