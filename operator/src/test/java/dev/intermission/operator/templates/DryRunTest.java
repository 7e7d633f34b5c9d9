package dev.intermission.operator.templates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Clock;
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
