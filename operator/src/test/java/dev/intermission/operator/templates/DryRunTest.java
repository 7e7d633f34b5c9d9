package dev.intermission.operator.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@ApiServerTest
class DryRunTest {
  private final TestingCluster cluster;
  private final String namespace;
  private final DryRun dryRun;

  DryRunTest(TestingCluster cluster) {
    this.cluster = cluster;
    namespace = cluster.namespace();
    dryRun = new DryRun(cluster.client(), Clock.systemUTC());
  }

  @Test
  void goodTemplateIsAcceptedAndNothingIsCreated() {
    assertThat(dryRun.ask(job("example/trainer:1"))).isEqualTo(new Verdict.Accepted());
    assertThat(cluster.client().batch().v1().jobs().inNamespace(namespace).list().getItems())
        .isEmpty();
  }

  @Test
  void refusedTemplateNamesTheField() {
    assertThat(dryRun.ask(job("")))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused ->
                assertThat(refused.message()).contains("spec.template.spec.containers[0].image"));
  }

  @Test
  void jobThatExistsDoesNotDisturbTheAnswer() {
    cluster.client().resource(job("example/trainer:1")).create();

    assertThat(dryRun.ask(job("example/trainer:2"))).isEqualTo(new Verdict.Accepted());
  }

  @Test
  void misspeltFieldIsNamedWithTheRemedy() {
    var job = job("example/trainer:1");
    job.getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .setAdditionalProperty("imag", "example/trainer:2");
    job.getSpec().getTemplate().getSpec().setAdditionalProperty("nodeSelectr", "gpu");

    assertThat(dryRun.ask(job))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused ->
                assertThat(refused.message())
                    .contains(
                        "unknown field spec.template.spec.containers[0].imag: correct its spelling"
                            + " or leave it out (kubectl explain pod.spec.containers lists")
                    .contains("unknown field spec.template.spec.nodeSelectr"));
  }

  @Test
  void placesBehindOursAreToldByName() {
    var job = job("example/trainer:1");
    var pod = job.getSpec().getTemplate().getSpec();
    pod.setInitContainers(
        List.of(
            new ContainerBuilder().withName("agent").withImage("example/agent:1").build(),
            new ContainerBuilder().withName("prepare").build()));
    pod.getContainers()
        .getFirst()
        .setEnv(
            List.of(new EnvVar("INTERMISSION_RUN", "1", null), new EnvVar("9 lives", "x=y", null)));

    assertThat(dryRun.ask(job))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused ->
                assertThat(refused.message())
                    .contains("spec.template.spec.initContainers[name=prepare].image"));
  }

  @Test
  void forbiddenCreateIsNoVerdictAboutTheTemplate() {
    cluster
        .client()
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("no-jobs")
                .endMetadata()
                .withNewSpec()
                .addToHard("count/jobs.batch", new Quantity("0"))
                .endSpec()
                .build())
        .create();
    var quota = cluster.client().resourceQuotas().inNamespace(namespace).withName("no-jobs");
    quota.editStatus(
        known ->
            new ResourceQuotaBuilder(known)
                .withNewStatus()
                .addToHard("count/jobs.batch", new Quantity("0"))
                .addToUsed("count/jobs.batch", new Quantity("0"))
                .endStatus()
                .build());

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(dryRun.ask(job("example/trainer:1")))
                    .isInstanceOfSatisfying(
                        Verdict.Undecided.class,
                        undecided -> {
                          assertThat(undecided.reason()).isEqualTo("CreateForbidden");
                          assertThat(undecided.message().value()).contains("exceeded quota");
                        }));
  }

  private Job job(String image) {
    return new JobBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("digits-0")
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("trainer")
        .withImage(image)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
