package dev.intermission.operator.agents;

import dev.intermission.control.AgentStatus;
import dev.intermission.control.Problem;
import dev.intermission.control.SaveAnswer;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.Agents.Report;
import dev.intermission.operator.plan.observation.Seen;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The newest answer of every pod's agent. In memory only: a new process asks again. Thread-safe.
 */
public final class AgentReports {
  private final Map<String, Report> byPodUid = new ConcurrentHashMap<>();

  /** What the agents of these pods said last. */
  public Agents of(Collection<String> podUids) {
    var found = new HashMap<String, Report>();
    for (var uid : podUids) {
      var report = byPodUid.get(uid);
      if (report != null) found.put(uid, report);
    }
    return new Agents(found);
  }

  /** Forgets every pod but these. */
  public void keepOnly(Set<String> podUids) {
    byPodUid.keySet().retainAll(podUids);
  }

  void status(String podUid, Seen<AgentStatus> answer) {
    change(podUid, old -> new Report(newer(old.status(), answer), old.save(), Optional.empty()));
  }

  void save(String podUid, Seen<SaveAnswer> answer) {
    change(
        podUid,
        old ->
            old.save().filter(seen -> seen.value().id() > answer.value().id()).isPresent()
                ? old // a long poll for an older request came home late
                : new Report(old.status(), newerSave(old.save(), answer), Optional.empty()));
  }

  void failure(String podUid, Seen<Problem> failure) {
    change(podUid, old -> new Report(old.status(), old.save(), Optional.of(failure)));
  }

  private void change(String podUid, UnaryOperator<Report> how) {
    byPodUid.compute(podUid, (_, old) -> how.apply(old == null ? Report.NONE : old));
  }

  private static Optional<Seen<SaveAnswer>> newerSave(
      Optional<Seen<SaveAnswer>> old, Seen<SaveAnswer> answer) {
    return old.filter(seen -> seen.value().id() < answer.value().id()).isPresent()
        ? Optional.of(answer)
        : newer(old, answer);
  }

  /** Answers may overtake each other: the one to the later question counts. */
  private static <T> Optional<Seen<T>> newer(Optional<Seen<T>> old, Seen<T> answer) {
    return old.filter(seen -> seen.after(answer.at())).or(() -> Optional.of(answer));
  }
}
