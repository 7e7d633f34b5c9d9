package dev.intermission.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.resources.AgentSidecar;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.ChildResources;
import dev.intermission.operator.resources.Fingerprint;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.templates.DryRun;
import dev.intermission.operator.templates.TemplateVerdicts;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A create that the API server refuses is told, and forgotten when it succeeds. */
@ApiServerTest
class TemplatesTest {
  private static final String SPEC = "spec-1";

  private final KubernetesClient client;
  private final TestingCluster cluster;
  private final String namespace;
  private final Children children;
  private final Templates templates;
  private final TemplateVerdicts verdicts = new TemplateVerdicts();
  private final List<TrainingJob> woken = new ArrayList<>();

  TemplatesTest(TestingCluster cluster) {
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
            () -> "token");
    templates =
        new Templates(
            new DryRun(client, Clock.systemUTC()), verdicts, Clock.systemUTC(), woken::add);
  }

  @Test
  void nameThatSomebodyElsesJobHasIsToldUntilItIsFree() {
    var predecessor = cluster.createJob(namespace, "reborn");
    children.createJob(predecessor, childJob(predecessor));
    client.resource(predecessor).delete();
    var job = cluster.createJob(namespace, "reborn");

    create(job);

    assertThat(verdict(job))
        .isInstanceOfSatisfying(
            Verdict.Undecided.class,
            undecided -> {
              assertThat(undecided.reason()).isEqualTo("NameTaken");
              assertThat(undecided.message().value()).contains("reborn-1", "delete it");
            });
    assertThat(woken).containsExactly(job);

    client.batch().v1().jobs().inNamespace(namespace).withName("reborn-1").delete();
    create(job);

    assertThat(verdict(job)).isEqualTo(new Verdict.Accepted());
  }

  @Test
  void refusalOfWhatAJobCannotDoWithoutStopsTheCaller() {
    var job = cluster.createJob(namespace, "serviceless");

    assertThatThrownBy(
            () ->
                templates.first(
                    job,
                    SPEC,
                    childJob(job),
                    () -> {
                      throw new KubernetesClientException("services exists", 409, null);
                    }))
        .isInstanceOf(KubernetesClientException.class);

    assertThat(verdict(job)).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void aNamespaceThatIsBeingDeletedIsAVerdictAndNoErrorForTheLog() {
    var job = cluster.createJob(namespace, "going");
    client.namespaces().withName(namespace).delete();

    templates.first(job, SPEC, childJob(job), () -> children.ensureService(job));
    create(job);

    assertThat(verdict(job))
        .isInstanceOfSatisfying(
            Verdict.Undecided.class,
            undecided -> assertThat(undecided.message().value()).contains("being terminated"));
  }

  private void create(TrainingJob job) {
    templates.real(job, SPEC, childJob(job), child -> children.createJob(job, child));
  }

  private Verdict verdict(TrainingJob job) {
    return verdicts.of(job.getMetadata().getUid(), SPEC).verdict().orElseThrow();
  }

  private Job childJob(TrainingJob job) {
    var location =
        new StorageLocation(Optional.empty(), "us-east-1", "checkpoints", "intermission", false);
    var storage =
        new StorageAccess(
            location,
            Optional.of("keys"),
            new Encryption.BucketDefault(),
            new CaBundle.PublicAuthorities());
    return children.childJob(job, 1, Optional.empty(), storage, Duration.ZERO);
  }
}
