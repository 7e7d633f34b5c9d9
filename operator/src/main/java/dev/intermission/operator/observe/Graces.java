package dev.intermission.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When the grace of pods that are deleted ends, by this process's own clock: a deletionTimestamp is
 * by the API server's, and an operator ahead of it would call a drain over, and seal, while its
 * hook still saves. So a grace is at least as long as it was when it was first seen to run.
 * Thread-safe; in memory only: a new process waits a little longer.
 */
final class Graces {
  private final Clock clock;
  private final Map<String, Map<String, Instant>> firstSeenByUidByJob = new ConcurrentHashMap<>();

  Graces(Clock clock) {
    this.clock = clock;
  }

  /** Of one job: what is remembered of its other pods is forgotten. */
  OfJob of(String jobUid, Collection<Pod> pods) {
    var before = firstSeenByUidByJob.getOrDefault(jobUid, Map.of());
    var now = clock.instant();
    var firstSeen = new HashMap<String, Instant>();
    for (var pod : pods) {
      if (pod.getMetadata().getDeletionTimestamp() == null) continue;
      var uid = pod.getMetadata().getUid();
      firstSeen.put(uid, before.getOrDefault(uid, now));
    }
    if (firstSeen.isEmpty()) firstSeenByUidByJob.remove(jobUid);
    else firstSeenByUidByJob.put(jobUid, firstSeen);
    return new OfJob(firstSeen);
  }

  void keepOnly(Set<String> jobUids) {
    firstSeenByUidByJob.keySet().retainAll(jobUids);
  }

  /**
   * What is known of one job's pods.
   *
   * @param firstSeen when each, by its uid, was first seen to be deleted
   */
  record OfJob(Map<String, Instant> firstSeen) {

    /** When the grace of this pod ends; empty while nobody deletes it. */
    Optional<Instant> end(Pod pod) {
      var meta = pod.getMetadata();
      if (meta.getDeletionTimestamp() == null) return Optional.empty();
      var told = Instant.parse(meta.getDeletionTimestamp());
      var seconds = Optional.ofNullable(meta.getDeletionGracePeriodSeconds()).orElse(0L);
      return Optional.ofNullable(firstSeen.get(meta.getUid()))
          .map(seen -> seen.plus(Duration.ofSeconds(seconds)))
          .filter(told::isBefore)
          .or(() -> Optional.of(told));
    }
  }
}
