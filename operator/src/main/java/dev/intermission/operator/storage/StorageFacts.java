package dev.intermission.operator.storage;

import dev.intermission.checkpoint.retention.Purged;
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
import java.util.function.UnaryOperator;

/** What S3 said last about each job. In memory only: a new process asks again. Thread-safe. */
public final class StorageFacts {
  private final Map<String, Storage> byJobUid = new ConcurrentHashMap<>();

  /** The newest of each kind. */
  public Storage of(String jobUid) {
    return byJobUid.getOrDefault(jobUid, Storage.UNSEEN);
  }

  /** Forgets every job but these. */
  public void keepOnly(Set<String> jobUids) {
    byJobUid.keySet().retainAll(jobUids);
  }

  /** Work may overtake other work: the HEAD of the later question counts. */
  void head(String jobUid, Seen<HeadReading> reading) {
    change(
        jobUid,
        old ->
            new Storage(
                old.head().filter(seen -> seen.after(reading.at())).or(() -> Optional.of(reading)),
                Optional.empty(),
                old.checks(),
                old.upkeep(),
                old.sought()));
  }

  void problem(String jobUid, Seen<Problem> problem) {
    change(jobUid, old -> old.withProblem(Optional.of(problem)));
  }

  void check(String jobUid, String manifest, Check check) {
    change(
        jobUid,
        old -> {
          var checks = new HashMap<>(old.checks());
          checks.put(manifest, check);
          return new Storage(old.head(), Optional.empty(), checks, old.upkeep(), old.sought());
        });
  }

  /** Whatever was found before about this manifest: that it is quarantined is on record now. */
  void quarantined(String jobUid, String manifest, String message, Instant at) {
    change(
        jobUid,
        old -> {
          var checks = new HashMap<>(old.checks());
          checks.compute(
              manifest,
              (_, known) ->
                  known == null || !known.defective()
                      ? Check.quarantined(message, at)
                      : known.withQuarantine(message));
          return new Storage(old.head(), Optional.empty(), checks, old.upkeep(), old.sought());
        });
  }

  void sought(String jobUid, Sought sought) {
    change(
        jobUid,
        old ->
            new Storage(
                old.head(), Optional.empty(), old.checks(), old.upkeep(), Optional.of(sought)));
  }

  void swept(String jobUid, Seen<Swept> swept) {
    upkeep(jobUid, old -> new Upkeep(Optional.of(swept), old.purged()));
  }

  void purged(String jobUid, Seen<Purged> purged) {
    upkeep(jobUid, old -> new Upkeep(old.swept(), Optional.of(purged)));
  }

  private void upkeep(String jobUid, UnaryOperator<Upkeep> how) {
    change(
        jobUid,
        old ->
            new Storage(
                old.head(), Optional.empty(), old.checks(), how.apply(old.upkeep()), old.sought()));
  }

  private void change(String jobUid, UnaryOperator<Storage> how) {
    byJobUid.compute(jobUid, (_, old) -> how.apply(old == null ? Storage.UNSEEN : old));
  }
}
