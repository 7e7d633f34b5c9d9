package dev.intermission.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which taints mean that a node goes away, and for which pods. */
final class NoticesTest {

  @ParameterizedTest(name = "{0}:{1} -> {2}")
  @CsvSource({
    "karpenter.sh/disrupted, NoSchedule, true",
    "karpenter.sh/disruption, NoSchedule, true",
    "ToBeDeletedByClusterAutoscaler, NoSchedule, true",
    "DeletionCandidateOfClusterAutoscaler, PreferNoSchedule, false",
    "aws-node-termination-handler/spot-itn, NoSchedule, true",
    "aws-node-termination-handler/scheduled-maintenance, NoExecute, true",
    "aws-node-termination-handler/spot-itn, PreferNoSchedule, false",
    "cloud.google.com/impending-node-termination, NoSchedule, true",
    "cloud.google.com/gke-spot, NoSchedule, false",
    "kubernetes.azure.com/scalesetpriority, NoSchedule, false",
    "node.kubernetes.io/unschedulable, NoSchedule, false",
    "nvidia.com/gpu, NoSchedule, false"
  })
  void taintIsANoticeOnlyIfItSaysThatTheNodeGoes(String key, String effect, boolean notice) {
    assertThat(given(node(taint(key, effect)))).isEqualTo(notice);
  }

  @Test
  void aksTellsByAConditionBesideTheCordon() {
    var cordoned = taint("node.kubernetes.io/unschedulable", "NoSchedule");
    var event =
        new NodeBuilder(node(cordoned))
            .editStatus()
            .addNewCondition()
            .withType("VMEventScheduled")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();

    assertThat(given(event)).isTrue();
    assertThat(given(node(cordoned))).as("a cordon alone").isFalse();
  }

  @Test
  void podThatToleratesTheTaintStays() {
    var disrupted = node(taint("karpenter.sh/disrupted", "NoSchedule"));

    assertThat(given(disrupted, exists("karpenter.sh/disrupted"))).isFalse();
    assertThat(given(disrupted, exists(null))).as("tolerates everything").isFalse();
    assertThat(given(disrupted, exists("nvidia.com/gpu"))).isTrue();
    assertThat(given(disrupted, toleration("NoExecute"))).as("another effect").isTrue();
    assertThat(given(disrupted, toleration("NoSchedule"))).isFalse();
  }

  private static boolean given(Node node, Toleration... tolerations) {
    return Notices.given(Notices.of(node), List.of(tolerations)).isPresent();
  }

  private static Node node(Taint taint) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("node1")
        .endMetadata()
        .withNewSpec()
        .withTaints(taint)
        .endSpec()
        .withNewStatus()
        .endStatus()
        .build();
  }

  private static Taint taint(String key, String effect) {
    return new Taint(effect, key, null, null);
  }

  private static Toleration exists(String key) {
    return new TolerationBuilder().withKey(key).withOperator("Exists").build();
  }

  private static Toleration toleration(String effect) {
    return new TolerationBuilder().withKey("karpenter.sh/disrupted").withEffect(effect).build();
  }
}
