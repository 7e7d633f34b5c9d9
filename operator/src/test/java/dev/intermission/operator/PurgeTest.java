package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.control.SigningKeys;
import dev.intermission.operator.config.OperatorConfig;
import dev.intermission.operator.resources.Labels;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import dev.intermission.operator.testing.TestingMinio;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deletion of a job with {@code onDelete: Purge}: the whole operator, a real API server, a real
 * MinIO. No kubelet runs, so that a pod that was never bound is one that holds no compute.
 */
@ApiServerTest
class PurgeTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final TestingCluster cluster;
  private final String namespace;
  private TestingMinio minio;
  private S3ObjectStore store;

  PurgeTest(TestingCluster cluster) {
    this.cluster = cluster;
    this.namespace = cluster.namespace();
  }

  @BeforeEach
  void startStore() throws IOException {
    minio = TestingMinio.start(directory.resolve("minio"));
    store = minio.open();
  }

  @AfterEach
  void stopStore() {
    store.close();
    minio.close();
  }

  @Test
  void aDeletedJobTakesEverythingInTheStoreWithIt() throws Exception {
    createSecret();
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      var job = create("digits");
      awaitRun(job);
      var layout = layout(job);
      write(layout.chunks() + "aa/orphan", layout.parts() + "1-1-1/part", layout.marks() + "m");
      assertThat(live(job).getFinalizers()).containsExactly(Labels.PURGE_FINALIZER);

      cluster.client().resource(job).delete();

      await().atMost(SOON).untilAsserted(() -> assertThat(live(job)).isNull());
      assertThat(store.list(layout.root())).isEmpty();
      assertThat(childJobs("digits")).isEmpty();
      assertThat(events("digits")).extracting(Event::getReason).contains("Purged");
    }
  }

  @Test
  void anOperatorThatWasAwayPurgesWhenItIsBack() throws Exception {
    createSecret();
    TrainingJob job;
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      job = create("digits");
      awaitRun(job);
    }
    write(layout(job).chunks() + "aa/orphan");

    cluster.client().resource(job).delete();

    assertThat(live(job).isMarkedForDeletion()).as("held while nobody purges").isTrue();
    assertThat(store.list(layout(job).root())).isNotEmpty();
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      await().atMost(SOON).untilAsserted(() -> assertThat(live(job)).isNull());
    }
    assertThat(store.list(layout(job).root())).isEmpty();
  }

  @Test
  void keepTakesTheFinalizerAwayAndTheStoreIsNotTouched() throws Exception {
    createSecret();
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      var job = create("digits");
      awaitRun(job);

      cluster
          .client()
          .resource(job)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"checkpoint\":{\"onDelete\":\"Keep\"}}}");

      await().atMost(SOON).untilAsserted(() -> assertThat(live(job).getFinalizers()).isEmpty());
      cluster.client().resource(job).delete();
      await().atMost(SOON).untilAsserted(() -> assertThat(live(job)).isNull());
      assertThat(new HeadObject(store, layout(job)).read()).isPresent();
    }
  }

  @Test
  void finalizersOfOthersStayWhereTheyAre() throws Exception {
    createSecret();
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      var job = create("digits", "example.com/theirs");
      awaitRun(job);
      assertThat(live(job).getFinalizers())
          .containsExactlyInAnyOrder("example.com/theirs", Labels.PURGE_FINALIZER);

      cluster.client().resource(job).delete();

      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(live(job).getFinalizers()).containsExactly("example.com/theirs"));
      assertThat(store.list(layout(job).root())).isEmpty();
    }
  }

  @Test
  void aNamespaceThatIsBeingDeletedIsNotHeldUp() throws Exception {
    createSecret();
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      var job = create("digits");
      awaitRun(job);
      minio.close(); // nothing could be purged, and nothing waits for that

      cluster.client().namespaces().withName(namespace).delete();
      cluster.client().resource(job).delete(); // as the namespace controller does

      await().atMost(SOON).untilAsserted(() -> assertThat(live(job)).isNull());
    }
  }

  private void awaitRun(TrainingJob job) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(childJobs(job.getMetadata().getName())).hasSize(1);
              assertThat(new HeadObject(store, layout(job)).read()).isPresent();
            });
  }

  private TrainingJob create(String name, String... finalizers) {
    var job = cluster.createJob(namespace, name);
    var theirs = List.of(finalizers).stream().map(f -> "\"" + f + "\"").toList();
    return cluster
        .client()
        .resource(job)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"metadata":{"finalizers":%s},
             "spec":{"checkpoint":{"onDelete":"Purge","storage":{"s3":{"credentialsSecret":"keys"}}}}}
            """
                .formatted(theirs));
  }

  private void createSecret() {
    cluster.keys(namespace, TestingMinio.ROOT.accessKeyId(), TestingMinio.ROOT.secretAccessKey());
  }

  private void write(String... keys) {
    for (var key : keys) {
      store.createOnce(key, Payload.Bytes.of("x".getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static Layout layout(TrainingJob job) {
    var meta = job.getMetadata();
    return new Layout(
        "intermission", new JobKey(meta.getNamespace(), meta.getName(), meta.getUid()));
  }

  private TrainingJob live(TrainingJob job) {
    return cluster.client().resource(job).get();
  }

  private List<?> childJobs(String job) {
    return cluster
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel(Labels.JOB, job)
        .list()
        .getItems();
  }

  private List<Event> events(String job) {
    return cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(job))
        .toList();
  }

  private OperatorConfig config() throws IOException {
    var key = SigningKeys.encode(SigningKeys.generate().getPrivate());
    return OperatorConfig.fromEnvironment(
        Map.of(
            "INTERMISSION_AGENT_IMAGE",
            "example/agent:1",
            "INTERMISSION_HTTP_PORT",
            "0",
            "INTERMISSION_SIGNING_KEY_FILE",
            Files.writeString(directory.resolve("key"), key).toString(),
            "INTERMISSION_S3_ENDPOINT",
            minio.endpoint().toString(),
            "INTERMISSION_S3_BUCKET",
            TestingMinio.BUCKET,
            "INTERMISSION_S3_PATH_STYLE",
            "true",
            "INTERMISSION_WATCH_NAMESPACES",
            namespace));
  }
}
