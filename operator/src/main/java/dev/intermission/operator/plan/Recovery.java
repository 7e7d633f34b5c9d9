package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.RecoveryStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What follows the end of a run. The end is recorded and counted first, once; then HEAD is read, so
 * that nothing committed at the last moment is overlooked; then the job has succeeded, has failed,
 * or gets its next run at a time that is on record too.
 */
final class Recovery {

  /**
   * Runs in a row without a newer committed step, of whatever cause, after which the job is stalled
   * [24].
   */
  static final int FRUITLESS_RUNS = 5;

  /** The longest that a job waits for its next run. */
  static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);

  /** The end of a run that could never start, because the template was mended. */
  static final String TEMPLATE_CHANGED = "TemplateChanged";

  private Recovery() {}

  static void failed(Pass pass, Draft draft, String reason, String message) {
    var counted = pass.status().withCounts(pass.status().counts().plusFailure());
    draft.record(
        ended(
            pass,
            counted,
            pass.status().recovery().failuresInARow() + 1,
            new Problem(reason, message)));
  }

  static void disrupted(Pass pass, Draft draft, String reason, String message) {
    var counted = pass.status().withCounts(pass.status().counts().plusDisruption());
    draft.record(
        ended(
            pass,
            counted,
            pass.status().recovery().failuresInARow(),
            new Problem(reason, message)));
  }

  /** All trainers exited 0, and S3 says that this was not the end. */
  static void exited(Pass pass, Draft draft) {
    var problem =
        new Problem(
            "ExitedUnfinished",
            "The trainer exited 0, but its newest checkpoint does not say finished. See: kubectl"
                + " logs job/"
                + pass.seen().subject().childJob(pass.run())
                + " -c trainer");
    draft.record(ended(pass, pass.status(), pass.status().recovery().failuresInARow(), problem));
  }

  /** Ended because we asked for it: neither a failure nor a disruption. */
  static void asOrdered(Pass pass, Draft draft, Problem how) {
    draft.record(ended(pass, pass.status(), pass.status().recovery().failuresInARow(), how));
  }

  /**
   * A run that could never start, and a new template that perhaps can: neither a failure nor a
   * disruption.
   */
  static void mended(Pass pass, Draft draft) {
    var how =
        new Problem(TEMPLATE_CHANGED, "The template was changed before the trainer could start.");
    var recovery =
        RecoveryStatus.NONE
            .withEnd(pass.run(), pass.now())
            .withLastEnd(how)
            .withNextRunAt(Optional.of(pass.now()));
    draft.record(pass.status().withRecovery(recovery).withPhase(Phase.RECOVERING));
  }

  private static TrainingJobStatus ended(
      Pass pass, TrainingJobStatus counted, int failures, Problem how) {
    var old = pass.status().recovery();
    var seen = pass.runEnded() ? old : old.withEnd(pass.run(), pass.now());
    var recovery =
        seen.withCounters(failures, old.runsWithoutProgress())
            .withLastEnd(how)
            .withNextRunAt(Optional.empty());
    return counted
        .withRecovery(Suspicion.counted(pass, recovery, how.reason()))
        .withPhase(Phase.RECOVERING);
  }

  static void plan(Pass pass, Draft draft) {
    var recovery = pass.status().recovery();
    if (pass.sealed()) {
      if (!PauseRequest.due(pass, draft)) next(pass, draft);
      return;
    }
    var ended = recovery.endedAt().orElse(Instant.MIN);
    if (!pass.headSeenAfter(ended)) {
      draft.store(pass, new Action.ReadHead());
      return;
    }
    if (pass.headMissing()) {
      NextRun.begin(pass, draft, reason(recovery)); // says so and looks again
      return;
    }
    var manifest = pass.head().manifest();
    var elsewhere = StartingPoint.rollback(pass).isPresent(); // what HEAD names is left behind
    if (!elsewhere && manifest.isPresent() && !checked(pass, draft, manifest.get())) return;
    if (Finish.reached(pass) && !elsewhere) {
      draft.record(Finish.succeeded(pass));
    } else if (!PauseRequest.due(pass, draft)) {
      again(pass, draft);
    }
  }

  /**
   * HEAD's manifest is looked at before anything is built on it; after a failed restore every byte
   * of it is.
   */
  private static boolean checked(Pass pass, Draft draft, ManifestRef manifest) {
    if (Damage.found(pass, manifest)) {
      Damage.plan(pass, draft, manifest);
      return false;
    }
    var suspect =
        pass.status()
            .recovery()
            .lastEnd()
            .filter(end -> Damage.suspected(end.reason()))
            .isPresent();
    var verified = pass.verified(manifest);
    if (verified.isPresent() && (!suspect || verified.get().how() == Mode.READ)) return true;
    draft.store(
        pass,
        new Action.VerifyCheckpoint(
            manifest, suspect ? Mode.READ : Mode.ATTESTED, Optional.empty()));
    return false;
  }

  private static void again(Pass pass, Draft draft) {
    var recovery = pass.status().recovery();
    if (recovery.nextRunAt().isEmpty()) {
      draft.record(scheduled(pass));
      return;
    }
    if (pass.now().isBefore(recovery.nextRunAt().get())) draft.wake(recovery.nextRunAt().get());
    else next(pass, draft);
  }

  private static void next(Pass pass, Draft draft) {
    if (Lifespan.over(pass)) Lifespan.fail(pass, draft);
    else if (!StartingPoint.awaited(pass)
        && StartingPoint.rollback(pass).isEmpty()
        && Suspicion.plan(pass, draft)) return;
    else NextRun.begin(pass, draft, reason(pass.status().recovery()));
  }

  private static TrainingJobStatus scheduled(Pass pass) {
    var old = pass.status().recovery();
    var newer = pass.head().step() > pass.startStep();
    var failures = newer && old.failuresInARow() > 0 ? 1 : old.failuresInARow();
    var fruitless = newer ? 0 : old.runsWithoutProgress() + 1;
    var limit = pass.spec().restarts().limit();
    var at = old.endedAt().orElse(pass.now()).plus(backoff(pass, failures, fruitless));
    var next =
        old.withCounters(failures, fruitless)
            .withNextRunAt(Optional.of(at))
            .withSuspicion(newer ? Optional.empty() : old.suspicion());
    var status = pass.status().withRecovery(next);
    var lastResort =
        !newer && Suspicion.due(pass); // the parent gets its try before all is given up
    return failures > limit && !lastResort ? status.withPhase(Phase.FAILED) : status;
  }

  private static Duration backoff(Pass pass, int failures, int fruitless) {
    if (fruitless >= FRUITLESS_RUNS) return LONGEST_BACKOFF;
    var first = pass.spec().restarts().backoff();
    var repeats =
        Math.max(failures, fruitless) - 1; // the first disruption after progress waits for nothing
    if (failures == 0 && repeats <= 0) return Duration.ZERO;
    var delay = first.multipliedBy(1L << Math.min(Math.max(repeats, 0), 10));
    return delay.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : delay;
  }

  /**
   * A failed job recovers when its template or its limit was mended, or when it shall go on from
   * another checkpoint; no need to delete it.
   */
  static void mend(Pass pass, Draft draft) {
    letGo(pass, draft);
    var recovery = pass.status().recovery();
    if (Lifespan.over(pass)) return;
    if (Lifespan.ended(pass)
        || pass.templateChanged()
        || StartingPoint.rollback(pass).isPresent()) {
      var fresh = recovery.withCounters(0, 0).withNextRunAt(Optional.of(pass.now()));
      draft.record(pass.status().withRecovery(fresh).withPhase(Phase.RECOVERING));
    } else if (recovery.failuresInARow() <= pass.spec().restarts().limit()) {
      draft.record(pass.status().withPhase(Phase.RECOVERING));
    }
  }

  /**
   * A failed job keeps no GPU: a pod that still tries to restore, or a rank whose sibling failed,
   * would train for nobody. What it may commit until the seal counts.
   */
  private static void letGo(Pass pass, Draft draft) {
    if (pass.workers().stream().noneMatch(Worker::stays)) return;
    if (pass.seen().storage().head().isEmpty()) {
      draft.store(pass, new Action.ReadHead());
    } else if (pass.sealed() || pass.headMissing()) {
      StaleRuns.release(pass, draft, pass.run());
    } else {
      // dies after it: found sealed, and released by the next pass
      draft.store(pass, new Action.SealHead(pass.snapshot(), pass.nextRun(), Optional.empty()));
    }
  }

  private static String reason(RecoveryStatus recovery) {
    return recovery.lastEnd().map(Problem::reason).orElse("Restarted");
  }
}
