package dev.intermission.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.operator.resources.AgentSidecar;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.ChildResources;
import dev.intermission.operator.resources.Fingerprint;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@ApiServerTest
class ChildrenTest {
  private final KubernetesClient client;
  private final TestingCluster cluster;
  private final String namespace;
  private final Children children;
  private final StorageAccess storage =
      new StorageAccess(
          new StorageLocation(Optional.empty(), "us-east-1", "checkpoints", "intermission", false),
          Optional.of("keys"),
          new Encryption.BucketDefault(),
          new CaBundle.PublicAuthorities());

  ChildrenTest(TestingCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    namespace = cluster.namespace();
    children =
        new Children(
            client,
            new ChildResources(
                new AgentSidecar("example/agent:1", "k1=P"),
                "k1",
                new Fingerprint(client.getKubernetesSerialization())),
            new DrainTokens());
  }

  @Test
  void realApiServerTakesTheJobThatIsBuilt() {
    var job = cluster.createJob(namespace, "digits");

    create(job);

    var agent = find("digits-1").getSpec().getTemplate().getSpec().getInitContainers().getFirst();
    assertThat(agent.getRestartPolicy()).isEqualTo("Always");
  }

  @Test
  void createdTwiceIsOneJobWithTheFirstDrainToken() {
    var job = cluster.createJob(namespace, "twice");

    create(job);
    var first = find("twice-1");
    create(job);

    assertThat(find("twice-1").getMetadata().getUid()).isEqualTo(first.getMetadata().getUid());
    assertThat(find("twice-1").getSpec().getTemplate()).isEqualTo(first.getSpec().getTemplate());
  }

  @Test
  void jobOfAPredecessorWithTheSameNameIsNotTakenForOurs() {
    var predecessor = cluster.createJob(namespace, "reborn");
    create(predecessor);
    client.resource(predecessor).delete();
    var job = cluster.createJob(namespace, "reborn");

    assertThatThrownBy(() -> create(job))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getCode()).isEqualTo(409));
  }

  @Test
  void somebodyElsesServiceIsNotTakenOver() {
    TrainingJob job = cluster.createJob(namespace, "named");
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("named")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .endSpec()
                .build())
        .create();

    assertThatThrownBy(() -> children.ensureService(job))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void serviceIsEnsuredAgainAndAgain() {
    var job = cluster.createJob(namespace, "gang");

    children.ensureService(job);
    children.ensureService(job);

    var service = client.services().inNamespace(namespace).withName("gang").get();
    assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
  }

  private void create(TrainingJob job) {
    children.createJob(job, children.childJob(job, 1, Optional.empty(), storage, Duration.ZERO));
  }

  private Job find(String name) {
    return client.batch().v1().jobs().inNamespace(namespace).withName(name).get();
  }
}
