package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.CheckpointStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification.Verified;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Progress;
import dev.intermission.control.SavedManifest;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Periodic checkpoints: an agent names one, HEAD confirms it, the operator verifies it, and then
 * status says so; never earlier.
 */
final class CheckpointWatch {

  /** Between two verifications of one training job. */
  private static final Duration PACE = Duration.ofSeconds(5);

  /** In each such span of time one checkpoint is looked at as a whole. */
  private static final Duration WHOLE = Duration.ofHours(1);

  private CheckpointWatch() {}

  static void plan(Pass pass, Draft draft) {
    var phase = pass.status().phase();
    if (phase != Phase.RUNNING && phase != Phase.STARTING) return;
    if (announced(pass)) draft.store(pass, new Action.ReadHead());
    var manifest = pass.head().manifest().filter(head -> !onRecord(pass, head));
    if (manifest.isEmpty()) return;
    var verified = pass.verified(manifest.get());
    if (verified.isPresent()) {
      var known = pass.status().withCheckpoint(verified(pass, manifest.get(), verified.get()));
      draft.record(Grace.measured(pass, known, manifest.get(), Optional.empty()));
    } else if (Damage.found(pass, manifest.get())) {
      Damage.mayBeSavedAgain(pass, draft, manifest.get()); // it will be, at the next step to save
    } else {
      verify(pass, draft, manifest.get());
    }
  }

  /** The status of a checkpoint that this operator verified. */
  static CheckpointStatus verified(Pass pass, ManifestRef manifest, Verified verified) {
    var known =
        pass.status().checkpoint().filter(old -> old.manifestSha256().equals(manifest.sha256()));
    return known.orElseGet(
        () ->
            new CheckpointStatus(
                manifest.step(),
                pass.seen().subject().uri(manifest),
                manifest.sha256(),
                verified.bytes(),
                verified.objects(),
                verified.manifest().createdAt(),
                pass.now()));
  }

  private static void verify(Pass pass, Draft draft, ManifestRef manifest) {
    var due =
        pass.status()
            .checkpoint()
            .map(last -> last.verifiedAt().plus(PACE))
            .filter(_ -> !finishing(pass))
            .filter(pass.now()::isBefore);
    due.ifPresentOrElse(draft::wake, () -> draft.store(pass, verification(pass, manifest)));
  }

  /**
   * As closely as the job demands; and no more of it than is new, but for the first one of an hour:
   * what a trainer never changes is inherited for weeks, and may be lost after it was looked at.
   */
  static Action verification(Pass pass, ManifestRef manifest) {
    return new Action.VerifyCheckpoint(manifest, mode(pass), parent(pass));
  }

  /** How closely a checkpoint has to be looked at before it counts. */
  static Mode mode(Pass pass) {
    return pass.spec().checkpoint().storage().allowLengthOnly() ? Mode.LENGTH_ONLY : Mode.ATTESTED;
  }

  /** Whether a trainer says that no step will follow: its last checkpoint is waited for. */
  private static boolean finishing(Pass pass) {
    return pass.workers().stream()
        .flatMap(worker -> pass.progress(worker).stream())
        .anyMatch(Progress::finished);
  }

  /** Whether what was verified then counts now. */
  static boolean inherits(Instant verifiedAt, Instant now) {
    return verifiedAt.getEpochSecond() / WHOLE.toSeconds()
        == now.getEpochSecond() / WHOLE.toSeconds();
  }

  private static Optional<ManifestRef> parent(Pass pass) {
    return pass.status()
        .checkpoint()
        .filter(known -> inherits(known.verifiedAt(), pass.now()))
        .map(
            known ->
                ManifestRef.of(
                    known.uri().substring(known.uri().lastIndexOf('/') + 1),
                    known.manifestSha256()));
  }

  private static boolean onRecord(Pass pass, ManifestRef manifest) {
    return pass.status()
        .checkpoint()
        .filter(known -> known.manifestSha256().equals(manifest.sha256()))
        .isPresent();
  }

  /** Whether an agent names a manifest that HEAD, as seen before that answer, does not. */
  private static boolean announced(Pass pass) {
    return pass.workers().stream().anyMatch(worker -> announced(pass, worker));
  }

  private static boolean announced(Pass pass, Worker worker) {
    var said = pass.report(worker).status();
    var name = said.map(Seen::value).flatMap(AgentStatus::newestDurable).map(SavedManifest::name);
    return name.isPresent()
        && !name.equals(pass.head().manifest().map(ManifestRef::name))
        && !pass.headSeenAfter(said.orElseThrow().at());
  }
}
