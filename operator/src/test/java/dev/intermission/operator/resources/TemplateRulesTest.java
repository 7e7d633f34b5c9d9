package dev.intermission.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ResumeBy;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.WatchSpec;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TemplateRulesTest {
  record Row(String name, PodTemplateSpec template, String field) {
    @Override
    public String toString() {
      return name + " -> refuses " + field;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row(
            "no container is named trainer",
            pod(p -> p.editFirstContainer().withName("main").endContainer()),
            "template.spec.containers"),
        new Row(
            "the trainer has its own preStop hook",
            trainer(
                c ->
                    c.withNewLifecycle()
                        .withNewPreStop()
                        .withNewExec()
                        .addToCommand("save")
                        .endExec()
                        .endPreStop()
                        .endLifecycle()),
            "template.spec.containers[trainer].lifecycle.preStop"),
        new Row(
            "a variable of ours is set by hand",
            trainer(c -> c.addNewEnv().withName("INTERMISSION_RUN").withValue("9").endEnv()),
            "template.spec.containers[trainer].env[INTERMISSION_RUN]"),
        new Row(
            "a port of ours is taken",
            trainer(c -> c.addNewPort().withContainerPort(8771).endPort()),
            "template.spec.containers[trainer].ports"),
        new Row(
            "a container is named agent",
            pod(p -> p.addNewInitContainer().withName("agent").endInitContainer()),
            "template.spec.initContainers[agent]"),
        new Row(
            "a volume is named intermission",
            pod(p -> p.addNewVolume().withName("intermission").endVolume()),
            "template.spec.volumes[intermission]"),
        new Row(
            "a volume has the name of the one with the credentials",
            pod(p -> p.addNewVolume().withName("intermission-credentials").endVolume()),
            "template.spec.volumes[intermission-credentials]"),
        new Row(
            "the trainer mounts the agent's credentials",
            trainer(
                c ->
                    c.addNewVolumeMount()
                        .withName("intermission-credentials")
                        .withMountPath("/keys")
                        .endVolumeMount()),
            "template.spec.containers[trainer].volumeMounts[intermission-credentials]"),
        new Row(
            "the process namespace is shared",
            pod(p -> p.withShareProcessNamespace(true)),
            "template.spec.shareProcessNamespace"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void refusesByNameWithARemedy(Row row) {
    assertThat(TemplateRules.check(row.template()))
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.field()).isEqualTo(row.field());
              assertThat(refusal.remedy()).isNotBlank();
            });
  }

  @Test
  void smallestTemplateIsFine() {
    assertThat(TemplateRules.check(pod(p -> p))).isEmpty();
  }

  @Test
  void everyMistakeIsToldAtOnce() {
    var template =
        pod(
            p ->
                p.withShareProcessNamespace(true)
                    .addNewVolume()
                    .withName("intermission")
                    .endVolume());

    assertThat(TemplateRules.check(template)).hasSize(2);
  }

  @Test
  void argumentsForAResumeWantTheOthersWrittenOut() {
    var silent = resumedBy("--resume={path}", pod(p -> p));
    var spoken = resumedBy("--resume={path}", trainer(c -> c.withArgs("train.py")));

    assertThat(TemplateRules.check(silent))
        .singleElement()
        .extracting(Refusal::field)
        .isEqualTo("template.spec.containers[trainer].args");
    assertThat(TemplateRules.check(spoken)).isEmpty();
  }

  private static TrainingJobSpec resumedBy(String argument, PodTemplateSpec template) {
    var resume = new ResumeBy(List.of(argument), Optional.empty());
    var watch = new WatchSpec("/out", "last.pt", null, Optional.empty(), Optional.empty(), resume);
    var spec = TrainingJobSpec.of(template);
    return spec.withCheckpoint(spec.checkpoint().withWatch(watch));
  }

  private static PodTemplateSpec trainer(UnaryOperator<ContainerBuilder> change) {
    return pod(
        p -> {
          var changed = change.apply(new ContainerBuilder(p.buildFirstContainer()));
          return p.withContainers(changed.build());
        });
  }

  private static PodTemplateSpec pod(UnaryOperator<PodSpecBuilder> change) {
    var smallest =
        new PodSpecBuilder()
            .addNewContainer()
            .withName("trainer")
            .withImage("example/trainer:1")
            .endContainer();
    var template = new PodTemplateSpec();
    template.setSpec(change.apply(smallest).build());
    return template;
  }
}
