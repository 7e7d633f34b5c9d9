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
 * reading later. Since when it is as it is counts by our own clock, from the first reading that
 * says so: by the clock of another a node could be given up while its kubelet restarts.
 * Thread-safe.
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
            .map(Nodes::readiness)
            .or(() -> found.map(_ -> Readiness.NOT_READY))
            .map(readiness -> new Node(name, readiness, now))
            .orElseGet(() -> new Node(name, Readiness.GONE, now))
            .withSpot(found.flatMap(SpotNodes::of));
    var unchanged = old != null && old.known().node().readiness() == node.readiness();
    var notices = found.map(Notices::of).orElse(List.of());
    return new Reading(new Known(unchanged ? old.known().node() : node, notices), now);
  }

  private static Readiness readiness(NodeCondition ready) {
    return "True".equals(ready.getStatus()) ? Readiness.READY : Readiness.NOT_READY;
  }

  private record Reading(Known known, Instant at) {}
}
