package dev.intermission.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.operator.resources.Labels;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@ApiServerTest
class DeletionsTest {
  private final TestingCluster cluster;
  private final KubernetesClient client;
  private final String namespace;
  private final Deletions deletions;

  DeletionsTest(TestingCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    namespace = cluster.namespace();
    deletions = new Deletions(client);
  }

  @Test
  void releaseDeletesExactlyTheRunsPodsWithTheShortGrace() {
    pod("mine", "uid-1", 3);
    pod("older-run", "uid-1", 2);
    pod("other-job", "uid-2", 3);

    deletions.pods(namespace, "uid-1", 3, Duration.ofSeconds(1));

    // A pod on a node stays until its kubelet answers: the API server only notes the grace
    var released = find("mine");
    assertThat(released.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(1);
    assertThat(released.getMetadata().getDeletionTimestamp()).isNotNull();
    assertThat(find("older-run").getMetadata().getDeletionTimestamp()).isNull();
    assertThat(find("other-job").getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void deletedJobNeverOrphansItsPods() {
    var job = job("digits-1");
    // Background: the API server removes the Job at once and adds no "orphan" finalizer, which a
    // bare DELETE of a batch/v1 Job would
    deletions.childJob(namespace, "digits-1", job.getMetadata().getUid());

    assertThat(find(job)).isNull();
  }

  @Test
  void bareDeleteWouldOrphanPods() {
    var job = job("bare");

    client.raw(
        "/apis/batch/v1/namespaces/" + namespace + "/jobs/bare", "DELETE", new DeleteOptions());

    assertThat(find(job).getMetadata().getFinalizers()).contains("orphan");
  }

  @Test
  void aJobOfTheSameNameButAnotherUidIsSpared() {
    var successor = job("digits-2");

    deletions.childJob(namespace, "digits-2", "00000000-0000-0000-0000-000000000000");

    assertThat(find(successor)).isNotNull();
  }

  @Test
  void anEndedTrainingJobIsDeletedAsItsOwnerWould() {
    var ended = cluster.createJob(namespace, "ended");

    deletions.trainingJob(ended);

    assertThat(client.resource(ended).get()).isNull();
    deletions.trainingJob(ended); // gone already
  }

  @Test
  void aTrainingJobThatWasChangedSinceItWasLookedAtIsSpared() {
    var seen = cluster.createJob(namespace, "changed");
    client
        .resource(seen)
        .edit(
            job -> {
              job.setSpec(job.getSpec().withPaused(true));
              return job;
            });

    deletions.trainingJob(seen);

    assertThat(client.resource(seen).get().getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void aTrainingJobOfTheSameNameThatWasMadeAnewIsSpared() {
    var first = cluster.createJob(namespace, "again");
    client.resource(first).delete();
    var second = cluster.createJob(namespace, "again");

    deletions.trainingJob(first);

    assertThat(client.resource(second).get().getMetadata().getUid())
        .isEqualTo(second.getMetadata().getUid());
  }

  @Test
  void whatIsGoneAlreadyIsDeleted() {
    deletions.childJob(namespace, "never-was", "00000000-0000-0000-0000-000000000000");
    deletions.pods(namespace, "no-such-job", 1, Duration.ofSeconds(1));
  }

  private Pod find(String name) {
    return client.pods().inNamespace(namespace).withName(name).get();
  }

  private Job find(Job job) {
    return client.resource(job).get();
  }

  private void pod(String name, String jobUid, long run) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels(Labels.selectRun(jobUid, run))
                .endMetadata()
                .withNewSpec()
                .withNodeName("somewhere")
                .withTerminationGracePeriodSeconds(120L)
                .addNewContainer()
                .withName("trainer")
                .withImage("example/trainer:1")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private Job job(String name) {
    return client
        .resource(
            new JobBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("trainer")
                .withImage("example/trainer:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }
}
