package dev.intermission.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.operator.plan.observation.Worker.Spot;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpotNodesTest {

  /** A node's labels and provider, and how many seconds of notice that means; 0: not judged. */
  record Row(Map<String, String> labels, String provider, long seconds) {}

  static Stream<Row> rows() {
    var karpenter = Map.of("karpenter.sh/capacity-type", "spot");
    return Stream.of(
        new Row(karpenter, "aws:///eu-central-1a/i-0123", 120),
        new Row(karpenter, "azure:///subscriptions/x", 30),
        new Row(Map.of("eks.amazonaws.com/capacityType", "SPOT"), "aws:///a/i-1", 120),
        new Row(Map.of("cloud.google.com/gke-spot", "true"), "gce://p/z/n", 15),
        new Row(Map.of("cloud.google.com/gke-preemptible", "true"), "gce://p/z/n", 15),
        new Row(Map.of("kubernetes.azure.com/scalesetpriority", "spot"), "azure:///s", 30),
        new Row(karpenter, "other://n", 0),
        new Row(karpenter, null, 0),
        new Row(Map.of("karpenter.sh/capacity-type", "on-demand"), "aws:///a/i-1", 0),
        new Row(Map.of("eks.amazonaws.com/capacityType", "ON_DEMAND"), "aws:///a/i-1", 0),
        new Row(Map.of(), "gce://p/z/n", 0));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void noticeIsKnownByLabelAndProvider(Row row) {
    var node =
        new NodeBuilder()
            .withNewMetadata()
            .withLabels(row.labels())
            .endMetadata()
            .withNewSpec()
            .withProviderID(row.provider())
            .endSpec()
            .build();

    assertThat(SpotNodes.of(node).map(Spot::notice))
        .isEqualTo(Optional.of(Duration.ofSeconds(row.seconds())).filter(s -> !s.isZero()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void nodeWithoutASpecIsNotJudged(Row row) {
    var node = new NodeBuilder().withNewMetadata().withLabels(row.labels()).endMetadata().build();

    assertThat(SpotNodes.of(node)).isEmpty();
  }
}
