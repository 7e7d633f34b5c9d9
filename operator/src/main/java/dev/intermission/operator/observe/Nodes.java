package dev.intermission.operator.observe;

import dev.intermission.operator.plan.observation.Worker.Node;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether nodes of our pods can be believed. Read live, at most once in {@link #FRESH} for a node,
 * however many pods it has: an informer would keep every node of the cluster in memory, each with
 * the list of its images. A node that was lost or announced its end meanwhile is noticed one
 * reading later. Thread-safe.
 */
final class Nodes {
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();

  Nodes(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** A node, and the word that was given that it goes. */
  record Known(Node node, List<Taint> notices) {}

  Known find(String name) {
    var now = clock.instant();
    return readings
        .compute(
            name,
            (_, old) ->
                old != null && old.at().plus(FRESH).isAfter(now) ? old : read(name, old, now))
        .known();
  }

  private Reading read(String name, Reading old, Instant now) {
    var found = Optional.ofNullable(client.nodes().withName(name).get());
    var node =
        found
            .map(n -> n.getStatus().getConditions().stream())
            .flatMap(all -> all.filter(c -> "Ready".equals(c.getType())).findFirst())
            .map(ready -> new Node(name, readiness(ready), since(ready, now)))
            .orElseGet(
                () -> new Node(name, found.isEmpty() ? Readiness.GONE : Readiness.NOT_READY, now))
            .withSpot(found.flatMap(SpotNodes::of));
    var unchanged = old != null && old.known().node().readiness() == node.readiness();
    var notices = found.map(Notices::of).orElse(List.of());
    return new Reading(new Known(unchanged ? old.known().node() : node, notices), now);
  }

  private static Readiness readiness(NodeCondition ready) {
    return "True".equals(ready.getStatus()) ? Readiness.READY : Readiness.NOT_READY;
  }

  private static Instant since(NodeCondition ready, Instant now) {
    if (ready.getLastTransitionTime() == null) return now;
    var told = Instant.parse(ready.getLastTransitionTime());
    return told.isAfter(now) ? now : told; // by a clock ahead of ours: we know of it since now
  }

  private record Reading(Known known, Instant at) {}
}
