package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.operator.plan.Conditions.Finding;
import dev.intermission.operator.plan.observation.Storage.Check;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is said about a damaged checkpoint: which one, which object and what is wrong with it, where
 * the job goes on and what that loses, and what a person can do.
 */
final class DamageReport {

  /** Phases in which a trainer may still hold what the store lost. */
  private static final Set<Phase> TRAINING =
      EnumSet.of(Phase.STARTING, Phase.RUNNING, Phase.PAUSING, Phase.HELD);

  private DamageReport() {}

  /** The verdict on HEAD's checkpoint, if it is damaged. */
  static Optional<Finding> of(Pass pass) {
    var head = pass.head().manifest();
    var check = head.flatMap(manifest -> pass.seen().storage().check(manifest));
    return check.filter(Check::defective).map(found -> verdict(pass, head.get(), found));
  }

  /**
   * Whether the last verdict was that one is quarantined, and still is what a person should see: no
   * checkpoint was verified since but the one that the job went back to.
   */
  static boolean stands(Pass pass) {
    var said = pass.status().condition(ConditionType.CHECKPOINT_VERIFIED);
    if (said.map(Condition::reason).filter(Check.QUARANTINED::equals).isEmpty()) return false;
    var from = pass.status().run().flatMap(run -> run.resumedFrom());
    return pass.status()
        .checkpoint()
        .filter(newest -> newest.verifiedAt().isAfter(said.get().lastTransitionTime()))
        .filter(
            newest ->
                from.filter(back -> back.manifestSha256().equals(newest.manifestSha256()))
                    .isEmpty())
        .isEmpty();
  }

  private static Finding verdict(Pass pass, ManifestRef manifest, Check check) {
    var what = check.result() instanceof Defective(var found, _) ? found : "";
    var reason = isQuarantined(pass, check) ? Check.QUARANTINED : "Damaged";
    var message =
        "Checkpoint "
            + manifest.step()
            + " is damaged: "
            + what
            + " "
            + next(pass, manifest, check);
    return new Finding(ConditionType.CHECKPOINT_VERIFIED, ConditionStatus.FALSE, reason, message);
  }

  /** Decided, and recorded here before it is recorded in the store. */
  private static boolean isQuarantined(Pass pass, Check check) {
    var decided = Damage.agreed(check) && check.fallback().isPresent() && !mayStillSave(pass);
    return check.quarantined() || decided;
  }

  private static boolean mayStillSave(Pass pass) {
    return TRAINING.contains(pass.status().phase()) && !pass.runEnded();
  }

  private static String next(Pass pass, ManifestRef manifest, Check check) {
    if (mayStillSave(pass)) {
      return "Training goes on, and the next checkpoint replaces it."
          + check
              .fallback()
              .map(older -> " Until then " + older.step() + " is the newest.")
              .orElse("");
    }
    if (!Damage.agreed(check)) {
      return "Nothing was changed. It is looked at again before anything is.";
    }
    return check
        .fallback()
        .map(
            older ->
                "Quarantined: it stays for 7 days, for a look, and nothing resumes from it."
                    + " Resuming from checkpoint "
                    + older.step()
                    + ", which loses "
                    + (manifest.step() - older.step())
                    + " steps. See why the store lost it; spec.checkpoint.keep.last keeps more to"
                    + " go back to.")
        .orElse(
            "No older checkpoint can be used, and nothing starts from zero by itself. It is looked"
                + " at again, at least every 10 minutes: restore the object from a backup or an"
                + " older version. To begin at zero deliberately, delete this TrainingJob and"
                + " create it again.");
  }
}
