package dev.intermission.operator.plan.observation;

import dev.intermission.control.AgentStatus;
import dev.intermission.control.Problem;
import dev.intermission.control.SaveAnswer;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What agents said last, by pod uid. An answer is here only if the pod with that uid still had the
 * IP that was asked. Agents claim, S3 proves: answers say when to look, and nothing irreversible
 * rests on one.
 */
public record Agents(Map<String, Report> byPodUid) {

  /** Nobody said anything. */
  public static final Agents SILENT = new Agents(Map.of());

  public Agents {
    byPodUid = Map.copyOf(byPodUid);
  }

  /** The newest of each kind from this pod. */
  public Report of(Worker worker) {
    return byPodUid.getOrDefault(worker.id().uid(), Report.NONE);
  }

  /**
   * @param status the newest status
   * @param save the newest answer about a save request, of whatever id
   * @param saveSince since when that answer names this state, as far as this process asked
   * @param failure the last call, if it failed (no answer, refused, clock): absent after a call
   *     that worked
   */
  public record Report(
      Optional<Seen<AgentStatus>> status,
      Optional<Seen<SaveAnswer>> save,
      Optional<Instant> saveSince,
      Optional<Seen<Problem>> failure) {

    /** The pod was not asked, or never answered. */
    public static final Report NONE =
        new Report(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Report {
      Objects.requireNonNull(status, "status");
      Objects.requireNonNull(save, "save");
      Objects.requireNonNull(saveSince, "saveSince");
      Objects.requireNonNull(failure, "failure");
    }
  }
}
