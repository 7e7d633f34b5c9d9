package dev.intermission.operator.observe;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * By which taints a node is known to go away soon. Pure. A taint that only says what kind of node
 * it is (spot capacity: {@code kubernetes.azure.com/scalesetpriority}, {@code
 * cloud.google.com/gke-spot}) is no notice, nor is a cordon alone: nobody goes because of it.
 */
final class Notices {

  /** Karpenter 1, Karpenter before, Cluster Autoscaler, GKE. */
  private static final Set<String> KEYS =
      Set.of(
          "karpenter.sh/disrupted",
          "karpenter.sh/disruption",
          "ToBeDeletedByClusterAutoscaler",
          "cloud.google.com/impending-node-termination");

  /** AWS: interruption, maintenance, scaling in, rebalance. */
  private static final String AWS = "aws-node-termination-handler/";

  /** AKS tells by a condition, beside the cordon with which it begins to drain. */
  private static final String AKS_CONDITION = "VMEventScheduled";

  private static final String CORDON = "node.kubernetes.io/unschedulable";

  private Notices() {}

  /** The taints of this node by which somebody announces its end. */
  static List<Taint> of(Node node) {
    var taints = node.getSpec() == null ? List.<Taint>of() : node.getSpec().getTaints();
    var vmEvent =
        node.getStatus().getConditions().stream()
            .anyMatch(c -> AKS_CONDITION.equals(c.getType()) && "True".equals(c.getStatus()));
    return taints.stream()
        .filter(taint -> keepsPodsAway(taint))
        .filter(taint -> isKnown(taint.getKey()) || (vmEvent && taint.getKey().equals(CORDON)))
        .toList();
  }

  /**
   * The first one that this pod does not tolerate. One that does says that it stays, and its
   * successor would come back to the same node.
   */
  static Optional<String> given(List<Taint> notices, List<Toleration> tolerations) {
    return notices.stream()
        .filter(taint -> tolerations.stream().noneMatch(one -> tolerates(one, taint)))
        .map(Taint::getKey)
        .findFirst();
  }

  private static boolean isKnown(String key) {
    return KEYS.contains(key) || key.startsWith(AWS);
  }

  /** A preference is no decision: the autoscaler marks mere candidates so. */
  private static boolean keepsPodsAway(Taint taint) {
    return "NoSchedule".equals(taint.getEffect()) || "NoExecute".equals(taint.getEffect());
  }

  private static boolean tolerates(Toleration toleration, Taint taint) {
    var effect = toleration.getEffect();
    if (effect != null && !effect.isEmpty() && !effect.equals(taint.getEffect())) return false;
    var key = toleration.getKey();
    var every = key == null || key.isEmpty();
    if ("Exists".equals(toleration.getOperator())) return every || key.equals(taint.getKey());
    return !every
        && key.equals(taint.getKey())
        && text(toleration.getValue()).equals(text(taint.getValue()));
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
