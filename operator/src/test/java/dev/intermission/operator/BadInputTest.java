package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.control.SigningKeys;
import dev.intermission.operator.config.OperatorConfig;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a person writes wrong, against the real API server: within ten seconds a condition and an
 * event name the field and the remedy, and mending the field is enough.
 */
@ApiServerTest
class BadInputTest {
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);
  private static final String GOOD = "{\"spec\":{\"workers\":1,\"template\":{\"spec\":%s}}}";
  private static final String TRAINER =
      "{\"containers\":[{\"name\":\"trainer\",\"image\":\"example/trainer:1\"}]}";

  @TempDir Path directory;
  private final TestingCluster cluster;
  private final String namespace;
  private final Map<String, String> credentials =
      Map.of("aws.accessKeyId", "nobody", "aws.secretAccessKey", "nothing");
  private ServerSocket silentStore;
  private RunningOperator operator;

  BadInputTest(TestingCluster cluster) {
    this.cluster = cluster;
    this.namespace = cluster.namespace();
  }

  /** A mistake, as a merge patch of a good job, and the answer to it. */
  record Mistake(String name, String patch, String reason, String... says) {
    @Override
    public String toString() {
      return name + " -> " + reason;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "a misspelt field of the trainer",
            container("\"imag\": \"x\""),
            "TemplateRefused",
            "unknown field spec.template.spec.containers[0].imag",
            "correct its spelling or leave it out"),
        new Mistake(
            "a template that the API server refuses",
            container(
                "\"resources\": {\"requests\": {\"cpu\": \"2\"}, \"limits\": {\"cpu\": \"1\"}}"),
            "TemplateRefused",
            "spec.template.spec.containers[0].resources.requests",
            "must be less than or equal to cpu limit"),
        new Mistake(
            "a field of the wrong type",
            container("\"env\": \"PATH=/bin\""),
            "TemplateRefused",
            "spec.template.spec.containers[0].env",
            "kubectl explain pod"),
        new Mistake(
            "a variable that is ours",
            container("\"env\": [{\"name\": \"INTERMISSION_RUN\", \"value\": \"9\"}]"),
            "TemplateRefused",
            "spec.template.spec.containers[trainer].env[INTERMISSION_RUN]",
            "leave it out"));
  }

  @BeforeEach
  void start() throws IOException {
    credentials.forEach(System::setProperty); // as an installation's pod has them in variables
    silentStore = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    operator = OperatorApp.start(config(), cluster.config());
  }

  @AfterEach
  void stop() throws IOException {
    operator.close();
    silentStore.close();
    credentials.keySet().forEach(System::clearProperty);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakeIsNamedWithItsRemedyAndMendingItIsEnough(Mistake mistake) {
    var job = cluster.createJob(namespace, "digits");
    patch(job, mistake.patch());

    awaitCondition(job, ConditionType.TEMPLATE_ACCEPTED, ConditionStatus.FALSE, mistake.reason());
    assertThat(condition(job, ConditionType.READY).message()).contains(mistake.says());
    await()
        .atMost(TOLD_WITHIN)
        .untilAsserted(
            () ->
                assertThat(events("digits"))
                    .anySatisfy(
                        event -> {
                          assertThat(event.getType()).isEqualTo("Warning");
                          assertThat(event.getReason()).isEqualTo(mistake.reason());
                          assertThat(event.getMessage()).contains(mistake.says());
                        }));

    patch(job, GOOD.formatted(TRAINER));

    awaitCondition(job, ConditionType.TEMPLATE_ACCEPTED, ConditionStatus.TRUE, "Accepted");
  }

  @Test
  void jobThatCannotBeReadDoesNotBlindTheOperatorToOthers() {
    var bad = cluster.createJob(namespace, "bad");
    patch(bad, container("\"ports\": {\"a\": 1}"));
    awaitCondition(bad, ConditionType.TEMPLATE_ACCEPTED, ConditionStatus.FALSE, "TemplateRefused");

    var good = cluster.createJob(namespace, "good");

    awaitCondition(good, ConditionType.TEMPLATE_ACCEPTED, ConditionStatus.TRUE, "Accepted");
  }

  @Test
  void storeThatAcceptsAndNeverAnswersIsNamedWithTheField() {
    var job = cluster.createJob(namespace, "waiting");

    awaitCondition(job, ConditionType.STORAGE_READY, ConditionStatus.FALSE, "EndpointUnreachable");
    assertThat(condition(job, ConditionType.STORAGE_READY).message())
        .contains("spec.checkpoint.storage.s3.endpoint");
    await()
        .atMost(TOLD_WITHIN)
        .untilAsserted(
            () ->
                assertThat(events("waiting"))
                    .extracting(Event::getReason)
                    .contains("EndpointUnreachable"));
  }

  private void awaitCondition(
      TrainingJob job, ConditionType type, ConditionStatus status, String reason) {
    await()
        .atMost(TOLD_WITHIN)
        .untilAsserted(
            () -> {
              var found = condition(job, type);
              assertThat(found.status()).as(found.message()).isEqualTo(status);
              assertThat(found.reason()).isEqualTo(reason);
            });
  }

  private Condition condition(TrainingJob job, ConditionType type) {
    return resource(job).get().getStatus().condition(type).orElseThrow(AssertionError::new);
  }

  private List<Event> events(String job) {
    return cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(job))
        .toList();
  }

  private void patch(TrainingJob job, String merge) {
    resource(job).patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  private Resource<TrainingJob> resource(TrainingJob job) {
    return cluster
        .client()
        .resources(TrainingJob.class)
        .inNamespace(namespace)
        .withName(job.getMetadata().getName());
  }

  /** The trainer with one more field. */
  private static String container(String field) {
    return GOOD.formatted(TRAINER.replace("}]}", "," + field + "}]}"));
  }

  private OperatorConfig config() throws IOException {
    var key = SigningKeys.encode(SigningKeys.generate().getPrivate());
    return OperatorConfig.fromEnvironment(
        Map.of(
            "INTERMISSION_AGENT_IMAGE",
            "example/agent:1",
            "INTERMISSION_HTTP_PORT",
            "0",
            "INTERMISSION_S3_BUCKET",
            "checkpoints",
            "INTERMISSION_S3_ENDPOINT",
            "http://127.0.0.1:" + silentStore.getLocalPort(),
            "INTERMISSION_WATCH_NAMESPACES",
            namespace,
            "INTERMISSION_SIGNING_KEY_FILE",
            Files.writeString(directory.resolve("key"), key).toString()));
  }
}
