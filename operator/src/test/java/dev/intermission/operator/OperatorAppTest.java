package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.control.SigningKeys;
import dev.intermission.operator.config.InvalidConfiguration;
import dev.intermission.operator.config.OperatorConfig;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import dev.intermission.operator.testing.TestingS3;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@ApiServerTest
class OperatorAppTest {
  @TempDir Path directory;
  private final TestingCluster cluster;
  private final String namespace;

  OperatorAppTest(TestingCluster cluster) {
    this.cluster = cluster;
    this.namespace = cluster.namespace();
  }

  @Test
  void startedOperatorJudgesAJobAndServesHealthAndMetrics() throws Exception {
    var job = cluster.createJob(namespace, "digits");

    try (var operator = OperatorApp.start(config(Map.of()), cluster.config())) {
      // No bucket is named anywhere: nothing may be started, and the field is named within 10 s
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(storage(job)).startsWith("spec.checkpoint.storage.s3."));
      assertThat(cluster.client().batch().v1().jobs().inNamespace(namespace).list().getItems())
          .isEmpty();
      assertThat(get(operator.port(), "/healthz/ready")).isEqualTo("ok\n");
      assertThat(get(operator.port(), "/healthz/live")).isEqualTo("ok\n");
      assertThat(get(operator.port(), "/metrics"))
          .contains("intermission_reconcile_seconds_count")
          .contains("process_resident_memory_bytes");
    }
  }

  @Test
  void jobMadeAnewUnderTheNameOfADeletedOneIsLookedAtAsAnyOther() throws Exception {
    try (var _ = OperatorApp.start(config(Map.of()), cluster.config())) {
      for (var time = 0; time < 30; time++) {
        var job = cluster.createJob(namespace, "digits");
        await()
            .pollInterval(Duration.ofMillis(20))
            .atMost(Duration.ofSeconds(10))
            .until(() -> !storage(job).isEmpty());
        cluster.client().resource(job).delete();
      }
    }
  }

  @Test
  void storeThatWouldLoseCheckpointsStopsAJobBeforeItStartsAndSaysWhatItLacks() throws Exception {
    var job = cluster.createJob(namespace, "digits");

    try (var s3 = new TestingS3().ignoringConditions();
        var operator = OperatorApp.start(config(installation(s3)), cluster.config())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(storage(job))
                      .contains("If-None-Match", "No run is started", "docs/storage.md"));
      assertThat(operator.port()).isPositive();
      assertThat(cluster.client().batch().v1().jobs().inNamespace(namespace).list().getItems())
          .isEmpty();
    }
  }

  private Map<String, String> installation(TestingS3 s3) throws IOException {
    var keys = Files.createDirectories(directory.resolve("keys"));
    Files.writeString(keys.resolve("AWS_ACCESS_KEY_ID"), "id");
    Files.writeString(keys.resolve("AWS_SECRET_ACCESS_KEY"), "secret");
    return Map.of(
        "INTERMISSION_S3_ENDPOINT",
        s3.endpoint().toString(),
        "INTERMISSION_S3_BUCKET",
        "bucket",
        "INTERMISSION_S3_PATH_STYLE",
        "true",
        "INTERMISSION_S3_CREDENTIALS_DIR",
        keys.toString());
  }

  @Test
  void stoppedLeaderLeavesItsLeaseToASuccessor() throws Exception {
    var election =
        Map.of(
            "INTERMISSION_LEADER_ELECTION",
            "true",
            "POD_NAME",
            "first",
            "POD_NAMESPACE",
            namespace);
    var lease = cluster.client().leases().inNamespace(namespace).withName("intermission-operator");

    try (var operator = OperatorApp.start(config(election), cluster.config())) {
      assertThat(operator.port()).isPositive();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(lease.get())
                      .isNotNull() // it is made by the first election
                      .extracting(made -> made.getSpec().getHolderIdentity())
                      .isEqualTo("first"));
    }

    assertThat(lease.get().getSpec().getHolderIdentity()).isNullOrEmpty();
  }

  @Test
  void fileWithoutAKeyStopsTheStartByName() throws IOException {
    var variables = variables();
    variables.put(
        "INTERMISSION_SIGNING_KEY_FILE",
        Files.writeString(directory.resolve("empty"), "not a key").toString());
    var config = OperatorConfig.fromEnvironment(variables);

    assertThatThrownBy(() -> OperatorApp.start(config, cluster.config()))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("INTERMISSION_SIGNING_KEY_FILE");
  }

  private String storage(TrainingJob job) {
    return cluster
        .client()
        .resource(job)
        .get()
        .getStatus()
        .condition(ConditionType.STORAGE_READY)
        .filter(condition -> condition.status() == ConditionStatus.FALSE)
        .map(condition -> condition.message())
        .orElse("");
  }

  private static String get(int port, String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }

  private OperatorConfig config(Map<String, String> more) throws IOException {
    var variables = variables();
    variables.putAll(more);
    variables.put("INTERMISSION_WATCH_NAMESPACES", namespace);
    return OperatorConfig.fromEnvironment(variables);
  }

  private Map<String, String> variables() throws IOException {
    var key = SigningKeys.encode(SigningKeys.generate().getPrivate());
    var variables = new HashMap<String, String>();
    variables.put("INTERMISSION_AGENT_IMAGE", "example/agent:1");
    variables.put("INTERMISSION_HTTP_PORT", "0");
    variables.put(
        "INTERMISSION_SIGNING_KEY_FILE",
        Files.writeString(directory.resolve("key"), key).toString());
    return variables;
  }
}
