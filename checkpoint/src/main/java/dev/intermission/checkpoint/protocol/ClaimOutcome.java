package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.layout.FencingToken;
import java.util.Optional;

/** What became of a claim. */
public sealed interface ClaimOutcome {

  /** This pod may write. */
  record Claimed(Claim claim) implements ClaimOutcome {}

  /** HEAD is absent or names an earlier run: wait for the operator's seal, create nothing. */
  record NotSealedYet(Optional<HeadSnapshot> now) implements ClaimOutcome {}

  /** A later run or another pod holds HEAD: stop writing for good. */
  record FencedOut(Optional<FencingToken> mine, Head by) implements ClaimOutcome {}

  /** Nobody knows: claim again with the same arguments. */
  record Undecided(String why) implements ClaimOutcome {}
}
