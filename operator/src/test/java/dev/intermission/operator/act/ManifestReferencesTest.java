package dev.intermission.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.CheckpointStatus;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.api.v1alpha1.Verification;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

@ApiServerTest
class ManifestReferencesTest {
  private static final Instant AT = Instant.parse("2026-11-24T04:00:00Z");

  private final TestingCluster cluster;
  private final KubernetesClient client;
  private final String namespace;

  ManifestReferencesTest(TestingCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    namespace = cluster.namespace();
  }

  @Test
  void whatAPausedJobNeedsIsNamedForAsLongAsTheJobIsThere() {
    var job = cluster.createJob(namespace, "digits");
    var receipt =
        new Receipt(
            3,
            uri(job, "receipt.json"),
            "00",
            "1/1",
            1,
            List.of(),
            0,
            Verification.ATTESTED,
            AT,
            Optional.of(AT));
    write(
        job,
        TrainingJobStatus.initial()
            .withCheckpoint(new CheckpointStatus(4, uri(job, "newest.json"), "00", 1, 1, AT, AT))
            .withRun(
                new RunStatus(
                    2,
                    "digits-2",
                    Optional.empty(),
                    AT,
                    Optional.of(new ManifestStatus(1, "resumed.json", "00")),
                    "Resumed"))
            .withPause(PauseStatus.requested(1, Optional.empty(), AT).withReceipt(receipt)));
    cluster.createJob(namespace, "neighbour");

    assertThat(to(job)).containsExactlyInAnyOrder("receipt.json", "newest.json", "resumed.json");
  }

  @Test
  void aForkNeedsItsStepUntilItHasACheckpointOfItsOwn() {
    var source = cluster.createJob(namespace, "source");
    var fork =
        resumeFrom(
            "fork", new ResumeFrom(Optional.of(1200L), Optional.of("source"), Optional.empty()));

    assertThat(to(source)).containsExactly(Layout.namePrefix(1200));

    write(fork, checkpoint(uri(source, "of-the-source.json")));
    assertThat(to(source)).containsExactly(Layout.namePrefix(1200));
    write(fork, checkpoint(uri(fork, "its-own.json")));
    assertThat(to(source)).isEmpty();
  }

  @Test
  void anImportOfThisJobsCheckpointNeedsIt() {
    var source = cluster.createJob(namespace, "source");
    resumeFrom(
        "import",
        new ResumeFrom(Optional.empty(), Optional.empty(), Optional.of(uri(source, "m.json"))));

    assertThat(to(source)).containsExactly("m.json");
  }

  @Test
  void aForkOfAnotherJobNeedsNothingHere() {
    var job = cluster.createJob(namespace, "bystander");
    resumeFrom("fork", new ResumeFrom(Optional.of(5L), Optional.of("source"), Optional.empty()));

    assertThat(to(job)).isEmpty();
  }

  @Test
  void aRollbackNeedsItsStepUntilItIsApplied() {
    var wish = new ResumeFrom(Optional.of(5L), Optional.empty(), Optional.empty());
    var job = resumeFrom("digits", wish);
    assertThat(to(job)).containsExactly(Layout.namePrefix(5));

    var target = new ManifestStatus(5, "five.json", "00");
    var seen =
        new RollbackStatus("id", 1, wish, Optional.of(target), Optional.empty(), Optional.empty());
    write(job, TrainingJobStatus.initial().withResumeFrom(seen));
    assertThat(to(job)).containsExactlyInAnyOrder(Layout.namePrefix(5), "five.json");

    write(job, TrainingJobStatus.initial().withResumeFrom(seen.withAppliedInRun(3)));
    assertThat(to(job)).containsExactly("five.json");
  }

  @Test
  void moreJobsThanFitOnePageAreAllAsked() {
    var source = cluster.createJob(namespace, "source");
    for (var i = 0; i < 205; i++) cluster.createJob(namespace, "a" + i);
    resumeFrom("z-fork", new ResumeFrom(Optional.of(7L), Optional.of("source"), Optional.empty()));

    assertThat(to(source)).containsExactly(Layout.namePrefix(7));
  }

  private Set<String> to(TrainingJob job) {
    var meta = job.getMetadata();
    return new ManifestReferences(client)
        .to(new JobKey(meta.getNamespace(), meta.getName(), meta.getUid()));
  }

  private TrainingJob resumeFrom(String name, ResumeFrom from) {
    var job = cluster.createJob(namespace, name);
    job.setSpec(job.getSpec().withResumeFrom(from));
    return client.resource(job).update();
  }

  private void write(TrainingJob job, TrainingJobStatus status) {
    var live = client.resource(job).get();
    live.setStatus(status);
    client.resource(live).updateStatus();
  }

  private static TrainingJobStatus checkpoint(String uri) {
    return TrainingJobStatus.initial()
        .withCheckpoint(new CheckpointStatus(1, uri, "00", 1, 1, AT, AT));
  }

  private static String uri(TrainingJob job, String manifest) {
    var meta = job.getMetadata();
    return "s3://b/p/%s/%s/%s/manifests/%s"
        .formatted(meta.getNamespace(), meta.getName(), meta.getUid(), manifest);
  }
}
