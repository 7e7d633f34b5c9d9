package dev.intermission.operator.observe;

import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Believes that a pod is gone only after the API server said so: an informer that fell behind or
 * was cut off must not look like a lost worker. Thread-safe; in memory only, since a new process
 * begins with a fresh list.
 */
final class LastSeenPods {
  private final KubernetesClient client;
  private final Map<String, Map<String, String>> namesByUidByJob = new ConcurrentHashMap<>();

  LastSeenPods(KubernetesClient client) {
    this.client = client;
  }

  /** {@code cached} and those that left the cache but not the API server: one GET for each. */
  List<Pod> complete(String namespace, String jobUid, Collection<Pod> cached) {
    var uids = cached.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
    var stillThere =
        namesByUidByJob.getOrDefault(jobUid, Map.of()).entrySet().stream()
            .filter(seen -> !uids.contains(seen.getKey()))
            .flatMap(seen -> live(namespace, seen.getValue(), seen.getKey()).stream());
    var all = Stream.concat(cached.stream(), stillThere).toList();
    remember(jobUid, all);
    return all;
  }

  void keepOnly(Set<String> jobUids) {
    namesByUidByJob.keySet().retainAll(jobUids);
  }

  private Optional<Pod> live(String namespace, String name, String uid) {
    return Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get())
        .filter(pod -> pod.getMetadata().getUid().equals(uid))
        .filter(pod -> pod.getMetadata().getLabels().containsKey(Labels.RUN));
  }

  private void remember(String jobUid, List<Pod> pods) {
    if (pods.isEmpty()) {
      namesByUidByJob.remove(jobUid);
      return;
    }
    var names = new HashMap<String, String>();
    pods.forEach(pod -> names.put(pod.getMetadata().getUid(), pod.getMetadata().getName()));
    namesByUidByJob.put(jobUid, names);
  }
}
