package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.manifest.ManifestRef;
import java.util.Optional;

/** What became of a seal. */
public sealed interface SealOutcome {

  /**
   * HEAD is sealed for the run, from exactly the HEAD that was verified: earlier writers are
   * fenced.
   */
  record Sealed(HeadSnapshot head) implements SealOutcome {}

  /** HEAD moved on since it was verified (or is gone): nothing was changed by this seal. */
  record Overtaken(Optional<HeadSnapshot> now) implements SealOutcome {}

  /** HEAD would name a checkpoint that nothing may resume from: nothing was changed. */
  record Quarantined(ManifestRef manifest, Quarantine why) implements SealOutcome {}

  /** The older checkpoint that HEAD would go back to is going, or gone: nothing was changed. */
  record Expired(ManifestRef manifest, String why) implements SealOutcome {}

  /** Nobody knows: read HEAD and decide again, release nothing. */
  record Undecided(String why) implements SealOutcome {}
}
