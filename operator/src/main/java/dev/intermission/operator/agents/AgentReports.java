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
    change(
        podUid,
        old ->
            new Report(newer(old.status(), answer), old.save(), old.saveSince(), Optional.empty()));
  }

  void save(String podUid, Seen<SaveAnswer> answer) {
    change(podUid, old -> saved(old, answer));
  }

  void failure(String podUid, Seen<Problem> failure) {
    change(
        podUid, old -> new Report(old.status(), old.save(), old.saveSince(), Optional.of(failure)));
  }

  private void change(String podUid, UnaryOperator<Report> how) {
    byPodUid.compute(podUid, (_, old) -> how.apply(old == null ? Report.NONE : old));
  }

  private static Report saved(Report old, Seen<SaveAnswer> answer) {
    if (old.save().filter(seen -> seen.value().id() > answer.value().id()).isPresent())
      return old; // a long poll for an older request came home late
    var newest = newerSave(old.save(), answer);
    var since = saysTheSame(old.save(), newest) ? old.saveSince() : newest.map(Seen::at);
    return new Report(old.status(), newest, since, Optional.empty());
  }

  private static boolean saysTheSame(
      Optional<Seen<SaveAnswer>> before, Optional<Seen<SaveAnswer>> now) {
    return before.map(said -> said.value().id()).equals(now.map(said -> said.value().id()))
        && before.map(said -> said.value().state()).equals(now.map(said -> said.value().state()));
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
