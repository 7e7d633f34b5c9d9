package dev.intermission.operator.observe;

import dev.intermission.operator.plan.observation.Worker.Spot;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which nodes are spot capacity, and how long their pods have between the notice and the end, as
 * the providers document it. Pure. A node of a provider that is not known is not judged.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-interruptions.html">AWS:
 *     two minutes</a>
 * @see <a href="https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms">GKE: 30 seconds,
 *     of which 15 are for pods that are not critical to the system</a>
 * @see <a href="https://learn.microsoft.com/azure/virtual-machines/linux/scheduled-events">Azure:
 *     at least 30 seconds</a>
 */
final class SpotNodes {

  /** Labels by which provisioners say so. */
  private static final List<Map.Entry<String, String>> LABELS =
      List.of(
          Map.entry("karpenter.sh/capacity-type", "spot"),
          Map.entry("eks.amazonaws.com/capacityType", "SPOT"),
          Map.entry("cloud.google.com/gke-spot", "true"),
          Map.entry("cloud.google.com/gke-preemptible", "true"),
          Map.entry("kubernetes.azure.com/scalesetpriority", "spot"));

  /** By the scheme of {@code spec.providerID}. */
  private static final Map<String, Spot> NOTICE =
      Map.of(
          "aws", new Spot("AWS", Duration.ofMinutes(2)),
          "gce", new Spot("Google Cloud", Duration.ofSeconds(15)),
          "azure", new Spot("Azure", Duration.ofSeconds(30)));

  private SpotNodes() {}

  /** What is known of this node's end; absent for one that stays, or of which nothing is known. */
  static Optional<Spot> of(Node node) {
    var labels = Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
    var spot = LABELS.stream().anyMatch(one -> one.getValue().equals(labels.get(one.getKey())));
    return Optional.ofNullable(node.getSpec())
        .filter(_ -> spot)
        .flatMap(spec -> Optional.ofNullable(spec.getProviderID()))
        .map(id -> NOTICE.get(id.split(":", 2)[0]));
  }
}
