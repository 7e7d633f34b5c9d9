package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.operator.plan.observation.ChildJob;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A job without a run on record: it starts, or waits because it was created paused, or finds again
 * what a lost status had known [9].
 */
final class Beginning {

  private static final Set<ChildJob.State> LIVING =
      EnumSet.of(ChildJob.State.ACTIVE, ChildJob.State.SUSPENDED);

  private Beginning() {}

  static void plan(Pass pass, Draft draft) {
    if (!pass.seen().cluster().runs().isEmpty()) {
      adopt(pass, draft);
    } else if (pass.spec().paused()) {
      draft.record(
          pass.status().withPhase(Phase.PAUSED)); // no run, no receipt: nothing was trained
    } else {
      NextRun.begin(pass, draft, "FirstRun");
    }
  }

  /**
   * Status is empty, but Jobs or pods of ours are there: status was lost. A run that HEAD still
   * names, and that has its Job, trains on as if nothing had been; any other is sealed and let go.
   */
  private static void adopt(Pass pass, Draft draft) {
    if (pass.seen().storage().head().isEmpty()) {
      draft.store(pass, new Action.ReadHead());
      return;
    }
    var run = pass.head().run();
    var living = pass.seen().cluster().childJob(run).filter(job -> LIVING.contains(job.state()));
    if (living.isEmpty()) {
      NextRun.begin(pass, draft, "StatusLost");
      return;
    }
    var name = pass.seen().subject().childJob(run);
    var found =
        new RunStatus(
            run,
            name,
            Optional.of(living.get().uid()),
            living.get().createdAt(),
            pass.head().manifest().map(NextRun::pointer),
            "StatusLost");
    draft.record(pass.status().withRun(found).withPhase(Phase.STARTING));
  }
}
