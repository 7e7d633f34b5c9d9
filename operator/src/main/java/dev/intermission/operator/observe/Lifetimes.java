package dev.intermission.operator.observe;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.plan.observation.Lifetime;
import dev.intermission.operator.plan.observation.Lifetime.Hold;
import dev.intermission.operator.plan.observation.Lifetime.Home;
import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads whether a job is being deleted, and looks then at its namespace: one GET. Since when, by
 * this process's own clock and from its own first sight: an operator that was away, or whose clock
 * is ahead of the API server's, has as long for a purge as any other. Thread-safe; in memory only:
 * a new process begins to wait anew.
 */
final class Lifetimes {
  private final KubernetesClient client;
  private final InstantSource clock;
  private final Map<String, Instant> firstSeenByUid = new ConcurrentHashMap<>();

  Lifetimes(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  Lifetime of(TrainingJob job) {
    var meta = job.getMetadata();
    var deletedAt =
        Optional.ofNullable(meta.getDeletionTimestamp())
            .map(_ -> firstSeenByUid.computeIfAbsent(meta.getUid(), _ -> clock.instant()));
    var hold = job.hasFinalizer(Labels.PURGE_FINALIZER) ? Hold.OURS : Hold.NONE;
    return new Lifetime(
        deletedAt,
        hold,
        deletedAt.isPresent() && hold == Hold.OURS ? home(meta.getNamespace()) : Home.STAYS);
  }

  void keepOnly(Set<String> jobUids) {
    firstSeenByUid.keySet().retainAll(jobUids);
  }

  private Home home(String namespace) {
    try {
      var found = client.namespaces().withName(namespace).get();
      return found == null || found.getMetadata().getDeletionTimestamp() != null
          ? Home.GOING
          : Home.STAYS;
    } catch (KubernetesClientException refused) {
      // Our rights in a namespace that is being deleted go with it.
      if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) return Home.GOING;
      throw refused;
    }
  }
}
