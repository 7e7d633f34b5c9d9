package dev.intermission.operator.plan;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.operator.plan.observation.Storage;
import java.time.Duration;
import java.util.Optional;

/**
 * A checkpoint that HEAD names and that the operator itself found defective, twice, half a minute
 * apart: HEAD goes back to an older one, on record, by the same swap that begins the next run [7].
 * Never to nothing: without an older one the job waits for a person.
 */
final class Damage {

  /** Between two looks that must agree: one wrong answer of a proxy discards nothing. */
  static final Duration SECOND_LOOK = Duration.ofSeconds(30);

  private Damage() {}

  /** Whether the newest look at this manifest found it defective. */
  static boolean found(Pass pass, ManifestRef manifest) {
    return pass.seen()
        .storage()
        .check(manifest)
        .filter(check -> check.result() instanceof Verification.Defective)
        .isPresent();
  }

  /** Whether a run that ended for this reason accuses its checkpoint. */
  static boolean suspected(String reason) {
    return reason.equals("RestoreFailed")
        || reason.contains("Damaged")
        || reason.contains("Mismatch");
  }

  static void plan(Pass pass, Draft draft, ManifestRef manifest) {
    var check = pass.seen().storage().check(manifest).orElseThrow();
    var fallback = check.fallback();
    if (!agreed(check)) {
      lookAgain(pass, draft, manifest, check);
    } else if (fallback.isPresent()) {
      var rollback = new Rollback("quarantine-" + manifest.name(), fallback.get());
      draft.store(
          pass, new Action.SealHead(pass.snapshot(), pass.nextRun(), Optional.of(rollback)));
    } else {
      lookAgain(pass, draft, manifest, check);
    }
  }

  private static boolean agreed(Storage.Check check) {
    return check
        .defectiveSince()
        .filter(first -> !check.at().isBefore(first.plus(SECOND_LOOK)))
        .isPresent();
  }

  private static void lookAgain(Pass pass, Draft draft, ManifestRef manifest, Storage.Check check) {
    var again = check.at().plus(SECOND_LOOK);
    if (pass.now().isBefore(again)) draft.wake(again);
    else draft.store(pass, new Action.VerifyCheckpoint(manifest, Mode.READ, Optional.empty()));
  }
}
