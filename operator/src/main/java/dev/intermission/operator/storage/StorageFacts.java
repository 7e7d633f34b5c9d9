package dev.intermission.operator.storage;

import dev.intermission.checkpoint.retention.Purged;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Sought;
import dev.intermission.operator.plan.observation.Storage;
import dev.intermission.operator.plan.observation.Storage.Check;
import dev.intermission.operator.plan.observation.Storage.HeadReading;
import dev.intermission.operator.plan.observation.Upkeep;
import dev.intermission.operator.plan.observation.Upkeep.Swept;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What S3 said last about each job. In memory only: a new process asks again. Thread-safe. */
public final class StorageFacts {
  private final Map<String, Storage> byJobUid = new ConcurrentHashMap<>();
  private final Map<String, StorageLocation> places = new ConcurrentHashMap<>();

  /** The newest of each kind; what another place said before the job moved is nothing. */
  public Storage of(String jobUid, StorageLocation place) {
    var before = places.put(jobUid, place);
    if (before != null && !before.equals(place)) byJobUid.remove(jobUid);
    return of(jobUid);
  }

  /** The newest of each kind. */
  public Storage of(String jobUid) {
    return byJobUid.getOrDefault(jobUid, Storage.UNSEEN);
  }

  /** Forgets every job but these. */
  public void keepOnly(Set<String> jobUids) {
    byJobUid.keySet().retainAll(jobUids);
    places.keySet().retainAll(jobUids);
  }

  /** Work may overtake other work: the HEAD of the later question counts. */
  void head(String jobUid, Seen<HeadReading> reading) {
    answered(
        jobUid,
        old ->
            old.head().filter(seen -> seen.after(reading.at())).isPresent()
                ? old
                : old.withHead(reading));
  }

  void problem(String jobUid, Seen<Problem> problem) {
    change(jobUid, old -> old.withProblem(Optional.of(problem)));
  }

  void check(String jobUid, String manifest, Check check) {
    checks(jobUid, checks -> checks.put(manifest, check));
  }

  /** Whatever was found before about this manifest: that it is quarantined is on record now. */
  void quarantined(String jobUid, String manifest, String message, Instant at) {
    checks(
        jobUid,
        checks ->
            checks.compute(
                manifest,
                (_, known) ->
                    known == null || !known.defective()
                        ? Check.quarantined(message, at)
                        : known.withQuarantine(message)));
  }

  void sought(String jobUid, Sought sought) {
    answered(jobUid, old -> old.withSought(sought));
  }

  void swept(String jobUid, Seen<Swept> swept) {
    upkeep(jobUid, old -> new Upkeep(Optional.of(swept), old.purged()));
  }

  void purged(String jobUid, Seen<Purged> purged) {
    upkeep(jobUid, old -> new Upkeep(old.swept(), Optional.of(purged)));
  }

  private void upkeep(String jobUid, UnaryOperator<Upkeep> how) {
    answered(jobUid, old -> old.withUpkeep(how.apply(old.upkeep())));
  }

  private void checks(String jobUid, Consumer<Map<String, Check>> how) {
    answered(
        jobUid,
        old -> {
          var checks = new HashMap<>(old.checks());
          how.accept(checks);
          return old.withChecks(checks);
        });
  }

  /** S3 answered, so the problem that was there before is over. */
  private void answered(String jobUid, UnaryOperator<Storage> how) {
    change(jobUid, old -> how.apply(old).withProblem(Optional.empty()));
  }

  private void change(String jobUid, UnaryOperator<Storage> how) {
    byJobUid.compute(jobUid, (_, old) -> how.apply(old == null ? Storage.UNSEEN : old));
  }
}
