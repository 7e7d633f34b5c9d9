package dev.intermission.cli;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.util.Locale;
import java.util.Optional;

/** Whether a listed checkpoint can be restored, by what its store says of every object. */
sealed interface Verdict {

  /**
   * All of it is there.
   *
   * @param how the weakest evidence
   */
  record Whole(Mode how) implements Verdict {}

  /** It cannot be restored; {@code what} says why. */
  record Damaged(String what) implements Verdict {}

  /** It may be whole: this version cannot tell. */
  record TooNew() implements Verdict {}

  /** Looks at the checkpoint called {@code manifest}: one round trip for each of its chunks. */
  static Verdict of(String manifest, ManifestStore manifests, Verifier verifier) {
    try {
      return manifests
          .locate(manifest)
          .map(ref -> of(ref, verifier))
          .orElseGet(() -> new Damaged("Its manifest is gone."));
    } catch (StoreException.Damaged e) {
      return new Damaged(e.getMessage());
    } catch (StoreException.FormatTooNew e) {
      return new TooNew();
    }
  }

  private static Verdict of(ManifestRef ref, Verifier verifier) {
    return switch (verifier.verify(ref, Mode.ATTESTED, Optional.empty())) {
      case Verification.Verified whole -> new Whole(whole.how());
      case Verification.Defective(var what, _) -> new Damaged(what);
    };
  }

  /** One word, for people and programs. */
  default String word() {
    return switch (this) {
      case Whole(var how) -> how.name().toLowerCase(Locale.ROOT).replace('_', '-');
      case Damaged _ -> "damaged";
      case TooNew _ -> "too-new";
    };
  }

  /** What is wrong with it, if anything is. */
  default Optional<String> defect() {
    return this instanceof Damaged(var what) ? Optional.of(what) : Optional.empty();
  }
}
