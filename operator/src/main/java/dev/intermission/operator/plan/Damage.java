package dev.intermission.operator.plan;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.operator.plan.observation.Storage;
import java.time.Duration;
import java.util.Optional;

/**
 * A checkpoint that HEAD names and that the operator itself found defective, twice, half a minute
 * apart, with the same way back: it is quarantined, on record, and the swap that begins the next
 * run goes past it [7]. Never to nothing: without an older one the job waits for a person.
 */
final class Damage {

  /** Between two looks that must agree: one wrong answer of a proxy discards nothing. */
  static final Duration SECOND_LOOK = Duration.ofSeconds(30);

  private Damage() {}

  /** Whether the newest look at this manifest found it defective. */
  static boolean found(Pass pass, ManifestRef manifest) {
    return pass.seen().storage().check(manifest).filter(Storage.Check::defective).isPresent();
  }

  /** Whether a run that ended for this reason accuses its checkpoint. */
  static boolean suspected(String reason) {
    return reason.equals("RestoreFailed")
        || reason.contains("Damaged")
        || reason.contains("Mismatch");
  }

  /** Nothing trains: HEAD goes back, as far as two looks agree that it must. */
  static void plan(Pass pass, Draft draft, ManifestRef manifest) {
    var check = pass.seen().storage().check(manifest).orElseThrow();
    if (!agreed(check) || check.fallback().isEmpty() || isGoing(pass, check)) {
      lookAgain(pass, draft, manifest, check);
    } else if (!check.quarantined()) {
      quarantine(pass, draft, manifest, check);
    } else {
      // dies here, or before it: the next process finds the note, and looks twice again
      draft.store(
          pass,
          new Action.LeaveCheckpoint(
              pass.snapshot().orElseThrow(), pass.nextRun(), check.fallback().get()));
    }
  }

  /** Whether the way back was found to be going since: the next look goes past it. */
  private static boolean isGoing(Pass pass, Storage.Check check) {
    return check
        .fallback()
        .flatMap(to -> pass.seen().storage().check(to))
        .filter(later -> later.defective() && later.at().isAfter(check.at()))
        .isPresent();
  }

  /**
   * A trainer holds what HEAD's checkpoint has lost: says whether it may be asked to save again,
   * which it may as soon as nothing damaged would be taken over into the next checkpoint.
   */
  static boolean mayBeSavedAgain(Pass pass, Draft draft, ManifestRef manifest) {
    var check = pass.seen().storage().check(manifest).orElseThrow();
    if (check.quarantined()) return true;
    if (agreed(check)) quarantine(pass, draft, manifest, check);
    else lookAgain(pass, draft, manifest, check);
    return false;
  }

  /** Whether two looks, far enough apart, found the same. */
  static boolean agreed(Storage.Check check) {
    return check
        .defectiveSince()
        .filter(first -> !check.at().isBefore(first.plus(SECOND_LOOK)))
        .isPresent();
  }

  /** Asked again when a defect is neither proven nor gone, ever more seldom. */
  static void lookAgain(Pass pass, Draft draft, ManifestRef manifest, Storage.Check check) {
    var again = check.at().plus(rest(check));
    if (pass.now().isBefore(again)) draft.wake(again);
    else draft.store(pass, new Action.VerifyCheckpoint(manifest, Mode.READ, Optional.empty()));
  }

  /** As long as it has been known already: every look reads all of it. */
  private static Duration rest(Storage.Check check) {
    var known = Duration.between(check.defectiveSince().orElse(check.at()), check.at());
    if (known.compareTo(SECOND_LOOK) < 0) return SECOND_LOOK;
    return known.compareTo(Recovery.LONGEST_BACKOFF) > 0 ? Recovery.LONGEST_BACKOFF : known;
  }

  private static void quarantine(
      Pass pass, Draft draft, ManifestRef manifest, Storage.Check check) {
    if (check.result() instanceof Defective(var what, _))
      draft.store(pass, new Action.QuarantineCheckpoint(manifest, what));
  }
}
