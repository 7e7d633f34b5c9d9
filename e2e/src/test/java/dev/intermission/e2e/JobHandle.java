package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.intermission.checkpoint.layout.JobKey;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * One TrainingJob on the cluster, through the same API that a user has: create, merge-patch, read.
 */
final class JobHandle {

  static final ResourceDefinitionContext TRAINING_JOBS =
      new ResourceDefinitionContext.Builder()
          .withGroup("intermission.dev")
          .withVersion("v1alpha1")
          .withKind("TrainingJob")
          .withPlural("trainingjobs")
          .withNamespaced(true)
          .build();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  JobHandle(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  String name() {
    return name;
  }

  /** Where its checkpoints lie. */
  JobKey key() {
    return new JobKey(namespace, name, resource().require().getMetadata().getUid());
  }

  /** {@code kubectl patch trainingjob NAME --type=merge -p ...}. */
  void patch(String json) {
    resource().patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  void pause() {
    patch("{\"spec\":{\"paused\":true}}");
  }

  void unpause() {
    patch("{\"spec\":{\"paused\":false}}");
  }

  void delete() {
    resource().delete();
  }

  /** {@code kubectl delete --cascade=...}. */
  void delete(DeletionPropagation children) {
    resource().withPropagationPolicy(children).delete();
  }

  boolean exists() {
    return resource().get() != null;
  }

  /** The whole object as JSON. */
  JsonNode now() {
    try {
      return JSON.readTree(JSON.writeValueAsString(resource().require()));
    } catch (JsonProcessingException e) {
      throw new AssertionError("the API server answered no JSON", e);
    }
  }

  /** A field of status by JSON pointer below it, such as {@code /pause/receipt/step}. */
  JsonNode status(String pointer) {
    return now().at("/status" + pointer);
  }

  JsonNode await(String what, Predicate<JsonNode> holds) {
    return await(what, PATIENCE, holds);
  }

  JsonNode await(String what, Duration atMost, Predicate<JsonNode> holds) {
    return Awaitility.await(namespace + "/" + name + ": " + what)
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(150))
        .pollDelay(Duration.ZERO)
        .until(this::now, holds);
  }

  JsonNode awaitPhase(String phase) {
    return await("phase " + phase, job -> job.at("/status/phase").asText().equals(phase));
  }

  /** Waits until the trainer reported at least this step in the job's status. */
  JsonNode awaitStep(long step) {
    return await("step " + step, job -> job.at("/status/progress/step").asLong() >= step);
  }

  JsonNode awaitCondition(String type, String status, String reason) {
    return await(
        type + "=" + status + "/" + reason,
        Duration.ofSeconds(60),
        job -> {
          var condition = condition(job, type);
          return condition.path("status").asText().equals(status)
              && condition.path("reason").asText().equals(reason);
        });
  }

  static JsonNode condition(JsonNode job, String type) {
    for (var condition : job.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) return condition;
    }
    return JSON.missingNode();
  }

  List<Pod> pods() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("intermission.dev/job", name)
        .list()
        .getItems();
  }

  /** Those of one run. */
  List<Pod> pods(long run) {
    return pods().stream()
        .filter(pod -> pod.getMetadata().getLabels().get("intermission.dev/run").equals("" + run))
        .toList();
  }

  /** The one pod of the newest run, running. */
  Pod runningPod() {
    await("a running pod", job -> pods().stream().anyMatch(JobHandle::trainerRuns));
    return pods().stream().filter(JobHandle::trainerRuns).findFirst().orElseThrow();
  }

  void assertNoCompute() {
    assertThat(pods()).as("pods of %s", name).isEmpty();
    assertThat(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel("intermission.dev/job", name)
                .list()
                .getItems())
        .as("Jobs of %s", name)
        .isEmpty();
  }

  void awaitNoCompute() {
    Awaitility.await("no pod and no Job of " + name)
        .atMost(PATIENCE)
        .untilAsserted(this::assertNoCompute);
  }

  private static boolean trainerRuns(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getContainerStatuses().stream()
            .anyMatch(c -> c.getName().equals("trainer") && c.getState().getRunning() != null);
  }

  private Resource<GenericKubernetesResource> resource() {
    return client.genericKubernetesResources(TRAINING_JOBS).inNamespace(namespace).withName(name);
  }
}
