package dev.intermission.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.TrainingJobSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import org.junit.jupiter.api.Test;

class SpecRulesTest {
  private static final PodTemplateSpec TEMPLATE =
      new PodTemplateSpecBuilder()
          .withNewSpec()
          .addNewContainer()
          .withName("trainer")
          .endContainer()
          .endSpec()
          .build();

  @Test
  void oneWorkerIsTaken() {
    assertThat(SpecRules.check(TrainingJobSpec.of(TEMPLATE))).isEmpty();
  }

  @Test
  void severalWorkersAreRefusedByNameUntilGangsWork() {
    assertThat(SpecRules.check(TrainingJobSpec.of(TEMPLATE).withWorkers(2)))
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo("GangsNotSupported");
              assertThat(refusal.text()).startsWith("spec.workers: set it to 1");
            });
  }

  @Test
  void templateIsJudgedByItsOwnRules() {
    assertThat(SpecRules.check(TrainingJobSpec.of(new PodTemplateSpec())))
        .isEqualTo(TemplateRules.check(new PodTemplateSpec()));
  }
}
