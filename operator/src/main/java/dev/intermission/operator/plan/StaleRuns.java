package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Worker;
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

  /** How long after its grace a pod may take to be gone, before a person is told. */
  private static final Duration MAY_BE_LATE = Duration.ofMinutes(1);

  private StaleRuns() {}

  static void plan(Pass pass, Draft draft) {
    for (var run : pass.seen().cluster().runs()) {
      if (run < over(pass)) release(pass, draft, run);
    }
  }

  /**
   * The first run that may be alive. A process whose cache still says paused may see the pods of
   * the run that another one began: they are of the run that the pause's seal made way for.
   */
  private static long over(Pass pass) {
    if (pass.status().phase() != Phase.PAUSED) return pass.run();
    var sealed = pass.status().pause().flatMap(PauseStatus::sealedRun);
    return Math.max(pass.run(), sealed.orElse(0L));
  }

  /**
   * Whether no more pods come, and no pod's end is waited for. It is not when what keeps it is a
   * person's to mend: that is reported, and it can commit nothing, for HEAD is sealed.
   */
  static boolean gone(Pass pass) {
    var cluster = pass.seen().cluster();
    return cluster.childJobs().stream().allMatch(job -> job.state() == ChildJob.State.DELETING)
        && cluster.workers().stream()
            .allMatch(
                worker -> worker.released() || worker.unreachable() || willNotEnd(pass, worker));
  }

  /** Its grace is long over, on a node that answers: a process that no signal kills, a mount. */
  static boolean willNotEnd(Pass pass, Worker worker) {
    return !worker.released()
        && worker
            .state()
            .graceEndsAt()
            .filter(end -> pass.now().isAfter(end.plus(MAY_BE_LATE)))
            .isPresent();
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
