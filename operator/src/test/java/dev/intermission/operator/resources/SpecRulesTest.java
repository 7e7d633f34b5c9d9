package dev.intermission.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.Optional;
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
  void anOrdinaryJobIsTaken() {
    assertThat(SpecRules.check(TrainingJobSpec.of(TEMPLATE))).isEmpty();
  }

  @Test
  void anotherStartThanTheNewestCheckpointIsRefusedByName() {
    var from = new ResumeFrom(Optional.of(1200L), Optional.empty(), Optional.empty());

    var refusals = SpecRules.check(TrainingJobSpec.of(TEMPLATE).withResumeFrom(from));

    assertThat(refusals)
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo("ResumeFromNotSupported");
              assertThat(refusal.text()).startsWith("spec.resumeFrom: leave it out");
            });
  }

  @Test
  void theTemplateIsJudgedByItsOwnRulesAtTheSameTime() {
    assertThat(SpecRules.check(TrainingJobSpec.of(new PodTemplateSpec())))
        .isEqualTo(TemplateRules.check(new PodTemplateSpec()));
  }
}
