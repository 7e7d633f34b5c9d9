package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.intermission.api.v1alpha1.Phase;
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
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Deletion of a job with {@code onDelete: Purge}: the whole operator, a real API server, a real
 * MinIO. No kubelet runs, so that a pod that was never bound is one that holds no compute, and no
 * garbage collector, which the tests play.
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

      keep(job);

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

  @ParameterizedTest
  @CsvSource({
    "false, FOREGROUND, foregroundDeletion", "false, ORPHAN, orphan",
    "true, FOREGROUND, foregroundDeletion", "true, ORPHAN, orphan"
  })
  void everyCascadePurgesAndItsFinalizerIsLeftToTheGarbageCollector(
      boolean paused, DeletionPropagation cascade, String finalizer) throws Exception {
    createSecret();
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      var job = create("digits");
      awaitRun(job);
      if (paused) pause(job);

      cluster.client().resource(job).withPropagationPolicy(cascade).delete();

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(live(job).getFinalizers()).containsExactly(finalizer));
      assertThat(store.list(layout(job).root())).isEmpty();
      assertThat(childJobs("digits")).isEmpty();
    }
  }

  /** The garbage collector was faster: nothing says any more whose Job it is, but its labels. */
  @Test
  void anOrphanedJobIsEndedBeforeItsCheckpointsArePurged() throws Exception {
    createSecret();
    TrainingJob job;
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      job = create("digits");
      awaitRun(job);
    }
    orphan(job);
    assertThat(live(job).getFinalizers()).containsExactly(Labels.PURGE_FINALIZER);

    try (var _ = OperatorApp.start(config(), cluster.config())) {
      await().atMost(SOON).untilAsserted(() -> assertThat(live(job)).isNull());
    }

    assertThat(childJobs("digits")).isEmpty();
    assertThat(store.list(layout(job).root())).isEmpty();
  }

  @Test
  void anOrphanOfAJobThatKeepsIsNobodysAndItsNameIsTaken() throws Exception {
    createSecret();
    try (var _ = OperatorApp.start(config(), cluster.config())) {
      var job = keep(create("digits"));
      awaitRun(job);
      await().atMost(SOON).untilAsserted(() -> assertThat(live(job).getFinalizers()).isEmpty());
      var head = new HeadObject(store, layout(job)).read();
      orphan(job);
      assertThat(live(job)).isNull();

      var anew = keep(create("digits"));

      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(live(anew).getStatus().conditions())
                      .anySatisfy(
                          condition -> {
                            assertThat(condition.reason()).isEqualTo("NameTaken");
                            assertThat(condition.message()).contains("delete it");
                          }));
      assertThat(childJobs("digits")).as("its run goes on").hasSize(1);
      assertThat(new HeadObject(store, layout(job)).read()).isEqualTo(head);
    }
  }

  private TrainingJob keep(TrainingJob job) {
    return patch(job, "{\"spec\":{\"checkpoint\":{\"onDelete\":\"Keep\"}}}");
  }

  private void pause(TrainingJob job) {
    patch(job, "{\"spec\":{\"paused\":true}}");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(live(job).getStatus().phase()).isEqualTo(Phase.PAUSED));
  }

  /** Deletes it with {@code --cascade=orphan}, and does what the garbage collector does then. */
  private void orphan(TrainingJob job) {
    var client = cluster.client();
    client.resource(job).withPropagationPolicy(DeletionPropagation.ORPHAN).delete();
    var name = job.getMetadata().getName();
    Stream.of(
            client.batch().v1().jobs().inNamespace(namespace).withLabel(Labels.JOB, name).list(),
            client.services().inNamespace(namespace).withLabel(Labels.JOB, name).list())
        .flatMap(children -> children.getItems().stream())
        .forEach(child -> patch(child, "{\"metadata\":{\"ownerReferences\":null}}"));
    var others = live(job).getFinalizers().stream().filter(held -> !held.equals("orphan"));
    var names = others.map(held -> "\"" + held + "\"").toList();
    patch(job, "{\"metadata\":{\"finalizers\":" + names + "}}");
  }

  private <T extends HasMetadata> T patch(T object, String merge) {
    return cluster.client().resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), merge);
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
    return patch(
        job,
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
