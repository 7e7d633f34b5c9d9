package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;

/**
 * A change of spec that a run cannot follow while it trains: the run saves and ends as for a pause,
 * and the next one begins with the change. A wish that cannot be fulfilled disturbs no run.
 */
final class Change {

  private Change() {}

  /** Whether the newest run has to make room for one that begins otherwise. */
  static boolean due(Pass pass) {
    if (pass.run() == 0 || pass.runEnded()) return false;
    if (Lifespan.over(pass)) return true; // also of a run that was sealed: nobody else ends it
    return !pass.sealed() && (StartingPoint.rollback(pass).isPresent() || otherPodsAccepted(pass));
  }

  /**
   * Asks the API server, while the run trains on, whether it would take the pods that are wanted
   * now: what it refuses disturbs no run.
   */
  static void tryPods(Pass pass, Draft draft) {
    if (otherPodsWanted(pass)) NextRun.templateAccepted(pass, draft);
  }

  /** Whether the API server was not asked yet about pods that are wanted. */
  static boolean untried(Pass pass) {
    return otherPodsWanted(pass) && pass.seen().template().verdict().isEmpty();
  }

  /**
   * A process that finds the pause under way need not ask again before it goes on with it: the next
   * run asks before it begins.
   */
  private static boolean otherPodsAccepted(Pass pass) {
    if (!otherPodsWanted(pass)) return false;
    var begun = pass.status().phase() == Phase.PAUSING;
    return switch (pass.seen().template().verdict().orElse(null)) {
      case Verdict.Accepted _ -> true;
      case Verdict.Refused _ -> false;
      case Verdict.Undecided _ -> begun;
      case null -> begun;
    };
  }

  /**
   * Whether somebody changed what goes into the pods since the run was started. Another operator
   * that only describes the same spec otherwise changes nothing: the generation tells.
   */
  private static boolean otherPodsWanted(Pass pass) {
    var since =
        pass.status()
            .run()
            .flatMap(RunStatus::generation)
            .filter(started -> started < pass.seen().subject().generation());
    return since.isPresent() && pass.templateChanged();
  }
}
