package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.operator.plan.observation.Worker;

/**
 * After the seal: pods and Jobs go, and the job is paused when they hold no compute. A node that
 * does not answer, and a pod that will not end, are reported, not waited for [21].
 */
final class Release {

  private Release() {}

  static void plan(Pass pass, Draft draft) {
    for (var run : pass.seen().cluster().runs()) {
      // A process whose cache still says Pausing may see the pods of the run that another one
      // began.
      if (run < pass.head().run()) StaleRuns.release(pass, draft, run);
    }
    if (!StaleRuns.gone(pass)) return;
    var counts = pass.status().counts();
    var known = Pausing.pause(pass).heldAt().isPresent(); // counted when it came to hold in place
    var counted = pass.status().withCounts(known ? counts : counts.plusPause());
    draft.record(
        released(pass)
            ? counted
                .withPause(Pausing.pause(pass).withComputeReleasedAt(pass.now()))
                .withPhase(Phase.PAUSED)
            : counted.withPhase(Phase.PAUSED));
  }

  /** Whether every pod is known to hold no compute. */
  static boolean released(Pass pass) {
    return pass.seen().cluster().workers().stream().allMatch(Worker::released);
  }
}
