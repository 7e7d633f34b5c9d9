package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;

/**
 * Succeeded means: the manifest that HEAD names was verified and says {@code finished}; no exit
 * code can say so or deny it [18]. A script that knows nothing of us cannot say it either: it has
 * finished when it exits 0 without having been asked to save.
 */
final class Finish {

  /** A trainer that finished and does not end by itself keeps its GPU no longer than this. */
  private static final Duration MAY_LINGER = Duration.ofMinutes(2);

  /** Room to end well. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private Finish() {}

  static boolean reached(Pass pass) {
    return pass.head()
        .manifest()
        .flatMap(pass::verified)
        .map(Verification.Verified::manifest)
        .filter(Manifest::finished)
        .isPresent();
  }

  static TrainingJobStatus succeeded(Pass pass) {
    var manifest = pass.head().manifest().orElseThrow();
    var verified = pass.verified(manifest).orElseThrow();
    return pass.status()
        .withCheckpoint(CheckpointWatch.verified(pass, manifest, verified))
        .withProgress(ProgressReport.atTheEnd(pass, verified.manifest()))
        .withPhase(Phase.SUCCEEDED);
  }

  /**
   * Every trainer exited 0. That is on record before HEAD is read, so that the answer cannot be
   * older than the end; until it is known, the job is neither recovering nor finished.
   */
  static void look(Pass pass, Draft draft) {
    if (!pass.runEnded()) {
      var ended = pass.status().recovery().withEnd(pass.run(), pass.now());
      draft.record(pass.status().withRecovery(ended)); // dies here: looked at by the next pass
      return;
    }
    if (!pass.headSeenAfter(pass.status().recovery().endedAt().orElse(Instant.MIN))) {
      draft.store(pass, new Action.ReadHead());
      return;
    }
    var manifest = pass.head().manifest().filter(newest -> !Damage.found(pass, newest));
    if (manifest.isPresent() && pass.verified(manifest.get()).isEmpty()) {
      draft.store(pass, CheckpointWatch.verification(pass, manifest.get()));
    } else if (!pass.watched() || !manifest.equals(pass.head().manifest())) {
      Recovery.exited(pass, draft);
    } else if (Stopped.byOrder(pass)) {
      Stopped.record(pass, draft);
    } else {
      draft.record(
          manifest.isPresent() ? succeeded(pass) : pass.status().withPhase(Phase.SUCCEEDED));
    }
  }

  static void plan(Pass pass, Draft draft) {
    if (RunEnd.of(pass) instanceof RunEnd.Suspended) {
      draft.act(new Action.DeleteChildJob(pass.run())); // its queue would start it again, in vain
      draft.wake(pass.now().plus(Draft.SAFETY));
      return;
    }
    if (pass.workers().stream().noneMatch(Worker::stays)) return;
    var until =
        pass.status()
            .checkpoint()
            .map(last -> last.verifiedAt().plus(MAY_LINGER))
            .orElse(pass.now());
    if (pass.now().isBefore(until)) draft.wake(until);
    else draft.act(new Action.ReleasePods(pass.run(), GRACE));
  }
}
