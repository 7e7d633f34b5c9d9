package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.RecoveryStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.SuspicionStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.verify.Mode;
import java.util.Optional;

/**
 * A checkpoint that is whole in the store and makes every trainer fail before its first step (a
 * loss that is not finite, state that the program cannot read any more): after {@value #RESUMES}
 * such runs under one template it is suspect, and its parent is tried, once. Only what the trainer
 * itself does accuses it; an image, memory or a node never do.
 *
 * <p>Nothing is discarded: it stays in the store as what a rollback left behind does, and {@code
 * spec.resumeFrom} goes back to it.
 */
final class Suspicion {

  /** The reason of the run that begins from the parent, and of the event. */
  static final String SUSPECT = "CheckpointSuspect";

  private static final int RESUMES = 3;

  private Suspicion() {}

  /** The end of the newest run, counted against the checkpoint that it began from. */
  static RecoveryStatus counted(Pass pass, RecoveryStatus ended, String reason) {
    if (pass.runEnded()) return ended; // counted before
    var from = pass.status().run().flatMap(RunStatus::resumedFrom);
    var known = ended.suspicion();
    if (pass.lastSeenStep() > pass.startStep()) // a step was made from it: it can be trained from
    return ended.withSuspicion(known.filter(old -> old.suspect().isPresent()));
    if (from.isEmpty() || !reason.equals(RunEnd.TRAINER_FAILED)) return ended;
    var same = known.filter(old -> old.checkpoint().equals(from.get()) && !pass.templateChanged());
    return ended.withSuspicion(
        Optional.of(
            same.map(SuspicionStatus::oneMore)
                .orElseGet(() -> SuspicionStatus.first(from.get(), known))));
  }

  /**
   * Leaves HEAD's checkpoint when it has become suspect; says whether the next run has to wait for
   * that.
   */
  static boolean plan(Pass pass, Draft draft) {
    var suspicion = pass.status().recovery().suspicion();
    var head = pass.head().manifest().map(NextRun::pointer);
    if (suspicion.isEmpty() || !head.equals(Optional.of(suspicion.get().checkpoint())))
      return false;
    var leaving = suspicion.get().suspect().equals(head);
    var over = suspicion.get().failedResumes() >= RESUMES && suspicion.get().suspect().isEmpty();
    if (!leaving && !over) return false;
    var parent = parent(pass);
    if (parent.isEmpty() || Damage.found(pass, parent.get())) return false; // nothing to go back to
    if (pass.verified(parent.get()).isEmpty()) {
      draft.store(pass, new Action.VerifyCheckpoint(parent.get(), Mode.ATTESTED, Optional.empty()));
    } else if (over) {
      mark(pass, draft, suspicion.get(), parent.get());
    } else {
      // dies here: still on record as suspect, and HEAD says whether it was left
      draft.store(
          pass,
          new Action.LeaveCheckpoint(pass.snapshot().orElseThrow(), pass.nextRun(), parent.get()));
    }
    return true;
  }

  /** Whether HEAD's checkpoint has become suspect, and there is one to go back to. */
  static boolean due(Pass pass) {
    return pass.status()
        .recovery()
        .suspicion()
        .filter(known -> known.failedResumes() >= RESUMES && known.suspect().isEmpty())
        .filter(
            known ->
                pass.head()
                    .manifest()
                    .map(NextRun::pointer)
                    .equals(Optional.of(known.checkpoint())))
        .flatMap(_ -> parent(pass))
        .filter(parent -> !Damage.found(pass, parent))
        .isPresent();
  }

  private static Optional<ManifestRef> parent(Pass pass) {
    return pass.head()
        .manifest()
        .flatMap(pass::verified)
        .flatMap(verified -> verified.manifest().parent());
  }

  private static void mark(Pass pass, Draft draft, SuspicionStatus suspicion, ManifestRef parent) {
    var message = message(suspicion.checkpoint(), suspicion.failedResumes(), parent);
    var recovery =
        pass.status()
            .recovery()
            .withSuspicion(Optional.of(suspicion.left(pass.now())))
            .withLastEnd(new Problem(SUSPECT, message));
    draft.record(pass.status().withRecovery(recovery));
    draft.tell(JobEvent.warning(SUSPECT, message));
  }

  private static String message(ManifestStatus suspect, int resumes, ManifestRef parent) {
    return "Checkpoint "
        + suspect.step()
        + " is whole in the store, but "
        + resumes
        + " runs in a row failed from it before a step of theirs was seen. Checkpoint "
        + parent.step()
        + " is tried, once; "
        + (suspect.step() - parent.step())
        + " steps are trained again. Nothing was deleted: spec.resumeFrom.step goes back to "
        + suspect.step()
        + " within 7 days. See the trainer's log.";
  }
}
