package dev.intermission.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@ApiServerTest
class RecordedChildJobTest {
  private final TestingCluster cluster;
  private final String namespace;
  private final RecordedChildJob recorded;

  RecordedChildJobTest(TestingCluster cluster) {
    this.cluster = cluster;
    namespace = cluster.namespace();
    recorded = new RecordedChildJob(cluster.client());
  }

  @Test
  void jobMissingFromTheCacheButNotFromTheApiServerIsStillThere() {
    var child = createChild("digits-1");
    var job = jobWith(child.getMetadata().getUid());

    assertThat(recorded.complete(job, List.of()))
        .extracting(found -> found.getMetadata().getUid())
        .containsExactly(child.getMetadata().getUid());
  }

  @Test
  void jobThatTheApiServerHasNoMoreIsGone() {
    var child = createChild("digits-1");
    var job = jobWith(child.getMetadata().getUid());
    cluster.client().resource(child).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();

    assertThat(recorded.complete(job, List.of())).isEmpty();
  }

  @Test
  void anotherJobOfTheSameNameIsNotTakenForTheRecordedOne() {
    createChild("digits-1");

    assertThat(recorded.complete(jobWith("the-uid-of-its-predecessor"), List.of())).isEmpty();
  }

  @Test
  void jobInTheCacheIsNotLookedUpAgain() {
    var child = createChild("digits-1");

    assertThat(recorded.complete(jobWith(child.getMetadata().getUid()), List.of(child)))
        .containsExactly(child);
  }

  private TrainingJob jobWith(String childUid) {
    var job = cluster.createJob(namespace, "digits");
    var run =
        new RunStatus(
            1, "digits-1", Optional.of(childUid), Instant.EPOCH, Optional.empty(), "FirstRun");
    job.setStatus(TrainingJobStatus.initial().withRun(run));
    return job;
  }

  private Job createChild(String name) {
    var child =
        new JobBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
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
            .build();
    return cluster.client().resource(child).create();
  }
}
