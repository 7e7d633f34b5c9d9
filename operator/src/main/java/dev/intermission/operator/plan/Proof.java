package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.Verification;
import dev.intermission.api.v1alpha1.Verify;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Writes the receipt: only for the manifest that HEAD names, only after it was verified in S3,
 * always before anything is sealed or released [11].
 */
final class Proof {

  private Proof() {}

  /** Of a save that was asked for: the trainer holds right behind it, so nothing is lost. */
  static void ofSave(Pass pass, Draft draft, ManifestRef manifest) {
    if (Damage.found(pass, manifest)) {
      if (!Damage.mayBeSavedAgain(pass, draft, manifest)) return;
      Pausing.reask(
          pass,
          draft,
          Optional.of(
              new Problem(
                  "CheckpointDamaged",
                  "The checkpoint just saved did not pass verification; saving again.")));
      return;
    }
    prove(pass, draft, manifest, 0);
    var proven = draft.status().pause().filter(pause -> matches(pause, manifest));
    var took = proven.flatMap(PauseStatus::savedAt).flatMap(at -> asked(pass, at));
    if (proven.isPresent()) draft.record(Grace.measured(pass, draft.status(), manifest, took));
  }

  /**
   * How long it took from the request, if it was the first: a second one says nothing of a save.
   */
  private static Optional<Duration> asked(Pass pass, Instant saved) {
    var pause = Pausing.pause(pass);
    return Optional.of(Duration.between(pause.attemptedAt(), saved))
        .filter(_ -> pause.problem().isEmpty() && pause.attempt() == 1);
  }

  /**
   * Of HEAD as it is, because nobody can save: without a checkpoint there is nothing to prove, and
   * the seal alone decides.
   */
  static void ofHead(Pass pass, Draft draft, long lostSteps) {
    var seen = pass.headSeenAfter(Pausing.pause(pass).attemptedAt());
    var manifest = pass.head().manifest();
    if (!seen && !pass.sealed()) {
      draft.store(pass, new Action.ReadHead()); // the last run may have committed since
    } else if (manifest.isPresent() && Damage.found(pass, manifest.get())) {
      Damage.plan(pass, draft, manifest.get());
    } else if (manifest.isPresent()) {
      prove(pass, draft, manifest.get(), lostSteps);
    } else {
      draft.store(pass, new Action.SealHead(pass.snapshot(), pass.nextRun(), Optional.empty()));
    }
  }

  static boolean matches(PauseStatus pause, ManifestRef manifest) {
    return pause
        .receipt()
        .filter(receipt -> receipt.manifestSha256().equals(manifest.sha256()))
        .isPresent();
  }

  private static void prove(Pass pass, Draft draft, ManifestRef manifest, long lostSteps) {
    var mode = mode(pass);
    var verified = pass.verified(manifest).filter(found -> isEnough(found.how(), mode));
    if (verified.isEmpty()) {
      draft.store(pass, new Action.VerifyCheckpoint(manifest, mode, Optional.empty()));
      return;
    }
    if (verified.get().manifest().finished() && !pass.sealed()) {
      draft.record(Finish.succeeded(pass)); // it finished meanwhile: there is nothing left to pause
      return;
    }
    var etag = pass.snapshot().map(HeadSnapshot::etag).orElseThrow();
    var pause =
        Pausing.pause(pass)
            .withSavedAt(verified.get().manifest().createdAt())
            .withReceipt(receipt(pass, manifest, verified.get(), lostSteps))
            .withVerifiedHead(etag);
    draft.record(
        pass.status()
            .withPause(pause)
            .withCheckpoint(CheckpointWatch.verified(pass, manifest, verified.get())));
  }

  private static Receipt receipt(
      Pass pass, ManifestRef manifest, Verified verified, long lostSteps) {
    return new Receipt(
        manifest.step(),
        pass.seen().subject().uri(manifest),
        manifest.sha256(),
        verified.objects() + "/" + verified.objects(),
        verified.bytes(),
        verified.manifest().contains(),
        lostSteps,
        how(verified.how()),
        pass.now(),
        Optional.empty());
  }

  private static Mode mode(Pass pass) {
    if (pass.spec().pause().verify() == Verify.READ) return Mode.READ;
    return pass.spec().checkpoint().storage().allowLengthOnly() ? Mode.LENGTH_ONLY : Mode.ATTESTED;
  }

  /** What was found may rest on less than is demanded by now. */
  private static boolean isEnough(Mode found, Mode demanded) {
    return switch (demanded) {
      case READ -> found == Mode.READ;
      case ATTESTED -> found != Mode.LENGTH_ONLY;
      case LENGTH_ONLY -> true;
    };
  }

  private static Verification how(Mode mode) {
    return switch (mode) {
      case ATTESTED -> Verification.ATTESTED;
      case LENGTH_ONLY -> Verification.LENGTH_ONLY;
      case READ -> Verification.READ;
    };
  }
}
