package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ResumeStatus;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * How every run begins: HEAD is sealed for it first, and only a sealed HEAD that nobody claimed
 * makes a run. So the seal that ended a pause serves the next run too, a run that died between seal
 * and record is found again, and two operators begin the same run.
 *
 * <p>Invariant: {@code status.run.number} is never greater than HEAD's run, and never goes back.
 */
final class NextRun {

  /** How often a missing HEAD or an undecided dry run is looked at again. */
  static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  /** The reason of a run that continues after a pause. */
  static final String RESUMED = "Resumed";

  /** The reason of a run that begins where {@code spec.resumeFrom} says. */
  static final String ROLLED_BACK = "RolledBack";

  /** The reason of a run that begins from a copy of another job's checkpoint. */
  static final String FORKED = "Forked";

  /** The reason of a run that begins because the one before had other pods than are wanted. */
  static final String SPEC_CHANGED = "SpecChanged";

  private NextRun() {}

  /**
   * Begins the next run as soon as template, storage and HEAD allow; does one thing at a time and
   * is called again until it worked.
   */
  static void begin(Pass pass, Draft draft, String reason) {
    if (!templateAccepted(pass, draft)) return;
    if (pass.seen().storage().head().isEmpty()) {
      draft.store(pass, new Action.ReadHead());
      return;
    }
    if (pass.headMissing()) {
      look(pass, draft);
      return;
    }
    if (StartingPoint.awaited(pass)) return; // from what was asked for, or not at all
    var rollback = StartingPoint.rollback(pass);
    if (rollback.isEmpty()
        && pass.head().manifest().filter(manifest -> Damage.found(pass, manifest)).isPresent()) {
      Damage.plan(pass, draft, pass.head().manifest().get());
      return;
    }
    if (rollback.isEmpty() && pass.sealed() && pass.head().pod().isEmpty()) {
      draft.record(started(pass, reason)); // dies here: nothing was recorded, HEAD still says it
      return;
    }
    draft.store(
        pass,
        new Action.SealHead(
            pass.snapshot(),
            pass.nextRun(),
            rollback)); // dies after it: found sealed and unclaimed
  }

  /** A manifest as status names it. */
  static ManifestStatus pointer(ManifestRef manifest) {
    return new ManifestStatus(manifest.step(), manifest.name(), manifest.sha256());
  }

  private static TrainingJobStatus started(Pass pass, String reason) {
    var number = pass.head().run();
    var from = pass.head().manifest().map(NextRun::pointer);
    var run =
        new RunStatus(
            number,
            pass.seen().subject().childJob(number),
            Optional.empty(),
            pass.now(),
            from,
            cause(pass, reason),
            pass.status().run().flatMap(RunStatus::notice),
            Optional.of(pass.seen().subject().generation()),
            Optional.of(Grace.next(pass)),
            Optional.empty(),
            pass.status().run().flatMap(RunStatus::periodicSave));
    var recovery = pass.status().recovery().withNextRunAt(Optional.empty());
    var status =
        StartingPoint.applied(pass, pass.status())
            .withRun(run)
            .withRuns(PastRuns.with(pass, run))
            .withRecovery(recovery)
            .withPhase(Phase.STARTING);
    if (reason.equals(RESUMED)) status = status.withCounts(status.counts().plusResume());
    return from.isPresent()
        ? status.withResume(ResumeStatus.from(from.get().step(), pass.now()))
        : status;
  }

  /** A run that follows one which had to make room says what for. */
  private static String cause(Pass pass, String reason) {
    if (StartingPoint.isAppliedNow(pass)) {
      var copied = pass.status().resumeFrom().flatMap(RollbackStatus::origin);
      return copied.isPresent() ? FORKED : ROLLED_BACK;
    }
    var made = reason.equals(RESUMED) && pass.status().phase() != Phase.PAUSED;
    return made && pass.templateChanged() ? SPEC_CHANGED : reason;
  }

  /** Whether the API server takes the pods that are wanted; asks it when that is not known. */
  static boolean templateAccepted(Pass pass, Draft draft) {
    if (pass.childJob().isPresent() && !pass.templateChanged())
      return true; // this very spec was created before
    return switch (pass.seen().template().verdict().orElse(null)) {
      case null -> {
        draft.act(new Action.DryRunTemplate());
        draft.wake(pass.now().plus(Draft.SAFETY));
        yield false;
      }
      case Verdict.Accepted _ -> true;
      case Verdict.Refused _ -> false; // another generation, and so another reconcile, mends it
      case Verdict.Undecided(_, var message) -> {
        if (pass.now().isBefore(message.at().plus(LOOK_AGAIN)))
          draft.wake(message.at().plus(LOOK_AGAIN));
        else {
          draft.act(new Action.DryRunTemplate());
          draft.wake(pass.now().plus(Draft.SAFETY));
        }
        yield false;
      }
    };
  }

  private static void look(Pass pass, Draft draft) {
    var again = pass.seen().storage().head().orElseThrow().at().plus(LOOK_AGAIN);
    if (pass.now().isBefore(again)) draft.wake(again);
    else draft.store(pass, new Action.ReadHead());
  }
}
