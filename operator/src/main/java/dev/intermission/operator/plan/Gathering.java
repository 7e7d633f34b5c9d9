package dev.intermission.operator.plan;

import dev.intermission.control.AgentStatus;
import dev.intermission.control.Restored;
import dev.intermission.control.Roster;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A gang's session: rank 0's claim begins it, and when every rank is there all of them get one
 * roster. It follows from what the pods are and what rank 0 claimed, both fixed for the life of a
 * run, so an operator that dies sends the same one again [5, 6].
 */
final class Gathering {

  /** Ranks wait for each other now: a look costs less than the GPUs. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private Gathering() {}

  static void plan(Pass pass, Draft draft) {
    if (pass.spec().workers() == 1 || pass.workers().stream().noneMatch(w -> gathers(pass, w)))
      return;
    roster(pass).ifPresent(roster -> draft.act(new Action.SendRoster(pass.run(), roster)));
    var next = oldest(pass).plus(LOOK);
    if (pass.now().isBefore(next)) {
      draft.wake(next);
    } else {
      draft.act(new Action.PollStatus(pass.run()));
      draft.wake(pass.now().plus(LOOK));
    }
  }

  /** Empty until all ranks have a pod and rank 0 claimed HEAD. */
  private static Optional<Roster> roster(Pass pass) {
    var ranks =
        pass.workers().stream()
            .filter(worker -> !worker.terminal())
            .collect(Collectors.toMap(w -> w.id().rank(), Function.identity(), (one, _) -> one));
    if (ranks.size() < pass.spec().workers() || !ranks.containsKey(0)) return Optional.empty();
    return pass.agent(ranks.get(0))
        .flatMap(AgentStatus::session)
        .filter(start -> start.run() == pass.run())
        .map(start -> new Roster(start, uids(ranks)));
  }

  private static Map<Integer, String> uids(Map<Integer, Worker> ranks) {
    return ranks.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, rank -> rank.getValue().id().uid()));
  }

  private static boolean gathers(Pass pass, Worker worker) {
    return pass.agent(worker)
        .map(AgentStatus::restored)
        .filter(
            start ->
                start.state() == Restored.State.WAITING_FOR_SEAL
                    || start.state() == Restored.State.WAITING_FOR_ROSTER)
        .isPresent();
  }

  private static Instant oldest(Pass pass) {
    return pass.workers().stream()
        .flatMap(worker -> pass.report(worker).status().stream())
        .map(Seen::at)
        .min(Instant::compareTo)
        .orElse(pass.now());
  }
}
