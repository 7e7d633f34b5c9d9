package dev.intermission.operator.plan;

import dev.intermission.operator.plan.observation.Agents.Report;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** Asks agents for their status at the pace of the installation. */
final class Poll {

  private Poll() {}

  static void status(Pass pass, Draft draft) {
    status(pass, draft, pass.pace().poll());
  }

  /** The same, each of them once in so long. */
  static void status(Pass pass, Draft draft, Duration every) {
    var askable = pass.workers().stream().filter(Poll::askable).toList();
    if (askable.isEmpty()) return; // a pod that changes wakes us
    var oldest =
        askable.stream()
            .map(worker -> heard(pass.report(worker)))
            .min(Instant::compareTo)
            .orElseThrow();
    var due = oldest.equals(Instant.MIN) ? pass.now() : oldest.plus(every);
    if (pass.now().isBefore(due)) {
      draft.wake(due);
      return;
    }
    draft.act(new Action.PollStatus(pass.run()));
    draft.wake(pass.now().plus(every));
  }

  /** Whether somebody can answer: it has an IP, a node that answers, and a container that runs. */
  static boolean askable(Worker worker) {
    return worker.placement() instanceof Worker.Placement.OnNode(var node, var ip)
        && node.readiness() == Worker.Readiness.READY
        && ip.isPresent()
        && worker.containers().stream()
            .anyMatch(container -> container.state() instanceof ContainerState.Running);
  }

  /**
   * Asks those who have not been heard since {@code moment}, whatever the pace: what they say now
   * will not be there to be asked later.
   */
  static void since(Instant moment, Pass pass, Draft draft) {
    if (pass.workers().stream()
        .filter(Poll::askable)
        .anyMatch(worker -> !heard(pass.report(worker)).isAfter(moment)))
      draft.act(new Action.PollStatus(pass.run()));
  }

  /** When it last answered or failed to. */
  private static Instant heard(Report report) {
    return Stream.concat(
            report.status().map(Seen::at).stream(), report.failure().map(Seen::at).stream())
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
