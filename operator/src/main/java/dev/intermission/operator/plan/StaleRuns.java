package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.operator.plan.observation.ChildJob;
import java.time.Duration;

/**
 * Jobs and pods of runs that are over. A later run on record means that HEAD was sealed for it, so
 * nothing in them can be committed; this also catches a late create of a dead leader. While a job
 * is paused nothing of it may exist at all [3].
 */
final class StaleRuns {

  /**
   * Nothing in these pods is worth waiting for, and a PID 1 without a handler ignores SIGTERM [19].
   */
  static final Duration GRACE = Duration.ofSeconds(1);

  private StaleRuns() {}

  static void plan(Pass pass, Draft draft) {
    var paused = pass.status().phase() == Phase.PAUSED;
    for (var run : pass.seen().cluster().runs()) {
      if (paused || run < pass.run()) release(pass, draft, run);
    }
  }

  /**
   * The pods first: only the first delete of a pod sets its grace, and deleting the Job would be
   * it.
   */
  static void release(Pass pass, Draft draft, long run) {
    var living =
        pass.seen().cluster().workers(run).stream()
            .anyMatch(worker -> worker.state().graceEndsAt().isEmpty());
    if (living) draft.act(new Action.ReleasePods(run, GRACE));
    var job =
        pass.seen()
            .cluster()
            .childJob(run)
            .filter(known -> known.state() != ChildJob.State.DELETING);
    if (job.isPresent())
      draft.act(new Action.DeleteChildJob(run)); // dies between the two: both are planned again
    draft.wake(pass.now().plus(Draft.SAFETY));
  }
}
