package dev.intermission.operator.observe;

import dev.intermission.operator.plan.observation.Worker.Node;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether nodes of our pods can be believed. Read live, at most once in {@link #FRESH} for a node,
 * however many pods it has: an informer would keep every node of the cluster in memory, each with
 * the list of its images. A node that was lost meanwhile is noticed one reading later. Thread-safe.
 */
final class Nodes {
  private static final Duration FRESH = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();

  Nodes(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  Node find(String name) {
    var now = clock.instant();
    return readings
        .compute(
            name,
            (_, old) ->
                old != null && old.at().plus(FRESH).isAfter(now) ? old : read(name, old, now))
        .node();
  }

  private Reading read(String name, Reading old, Instant now) {
    var found = Optional.ofNullable(client.nodes().withName(name).get());
    var node =
        found
            .map(n -> n.getStatus().getConditions().stream())
            .flatMap(all -> all.filter(c -> "Ready".equals(c.getType())).findFirst())
            .map(ready -> new Node(name, readiness(ready), since(ready, now)))
            .orElseGet(
                () -> new Node(name, found.isEmpty() ? Readiness.GONE : Readiness.NOT_READY, now));
    var unchanged = old != null && old.node().readiness() == node.readiness();
    return new Reading(unchanged ? old.node() : node, now);
  }

  private static Readiness readiness(NodeCondition ready) {
    return "True".equals(ready.getStatus()) ? Readiness.READY : Readiness.NOT_READY;
  }

  private static Instant since(NodeCondition ready, Instant now) {
    if (ready.getLastTransitionTime() == null) return now;
    var told = Instant.parse(ready.getLastTransitionTime());
    return told.isAfter(now) ? now : told; // by a clock ahead of ours: we know of it since now
  }

  private record Reading(Node node, Instant at) {}
}
