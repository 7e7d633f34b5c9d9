package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ResumeStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.operator.plan.Conditions.Finding;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.util.Optional;

/**
 * A run whose child Job is suspended: Kueue has not admitted it yet, or needs its quota for
 * somebody else. Pods that run are deleted and save on their way out; when the Job goes on, new
 * pods of the same run go on from HEAD, which the first of them claims.
 */
final class Queued {

  /** A Job that changes wakes us; should that be lost, nobody waits longer than this. */
  private static final Duration LOOK_ANYWAY = Duration.ofMinutes(1);

  private Queued() {}

  static void plan(Pass pass, Draft draft) {
    if (Training.replaceable(pass)) {
      Recovery.mended(pass, draft);
    } else if (!PauseRequest.due(pass, draft)) {
      Change.tryPods(pass, draft);
      if (pass.workers().stream().allMatch(Worker::released)) rest(pass, draft);
      else saving(pass, draft);
    }
  }

  /**
   * The Job goes on. From where is put on record as long as that can be told: until one of its pods
   * has claimed HEAD, and may have committed more.
   */
  static void admitted(Pass pass, Draft draft) {
    var run = pass.status().run().orElseThrow();
    if (!pass.headSeenAfter(run.queuedAt().orElseThrow())) {
      draft.store(pass, new Action.ReadHead());
      return;
    }
    var claimed =
        pass.workers().stream()
            .anyMatch(worker -> pass.head().pod().equals(Optional.of(worker.id().uid())));
    if (pass.head().run() == pass.run() && !claimed)
      pass.head().manifest().ifPresent(newest -> goesOnFrom(pass, draft, newest));
    var now = draft.status().run().orElseThrow();
    draft.record(draft.status().withRun(now.withQueuedAt(Optional.empty())));
  }

  /** What a person should know of a run that waits. */
  static Optional<Finding> said(Pass pass) {
    return pass.status()
        .run()
        .filter(run -> run.queuedAt().isPresent())
        .map(
            run ->
                new Finding(
                    ConditionType.READY,
                    ConditionStatus.FALSE,
                    "Queued",
                    "Job "
                        + run.job()
                        + " is suspended: it waits for its queue (see kubectl get workloads), or"
                        + " for whoever suspended it. It goes on from its newest checkpoint."));
  }

  /** One worker's hook saves by itself; in a gang one rank's save alone is no checkpoint. */
  private static void saving(Pass pass, Draft draft) {
    draft.wake(pass.now().plus(Draft.SAFETY));
    if (pass.spec().workers() > 1 && !Leaving.plan(pass, draft)) Poll.status(pass, draft);
  }

  /** Nobody runs. What HEAD says from now on is where the run goes on. */
  private static void rest(Pass pass, Draft draft) {
    var run = pass.status().run().orElseThrow();
    draft.wake(pass.now().plus(LOOK_ANYWAY));
    if (run.queuedAt().isEmpty() || pass.status().phase() != Phase.STARTING) {
      var since = run.queuedAt().or(() -> Optional.of(pass.now()));
      draft.record(
          pass.status().withRun(named(pass, run).withQueuedAt(since)).withPhase(Phase.STARTING));
    } else if (!pass.headSeenAfter(run.queuedAt().get())) {
      draft.store(pass, new Action.ReadHead()); // the last hook may have committed since
    } else if (pass.head().run() == pass.run()) {
      pass.head().manifest().ifPresent(newest -> goesOnFrom(pass, draft, newest));
    }
  }

  private static RunStatus named(Pass pass, RunStatus run) {
    return pass.childJob().map(job -> run.withJobUid(job.uid())).orElse(run);
  }

  private static void goesOnFrom(Pass pass, Draft draft, ManifestRef newest) {
    var run = pass.status().run().orElseThrow();
    var from = NextRun.pointer(newest);
    if (run.resumedFrom().equals(Optional.of(from))) return;
    draft.record(
        pass.status()
            .withRun(run.withResumedFrom(from))
            .withResume(ResumeStatus.from(from.step(), pass.now())));
  }
}
