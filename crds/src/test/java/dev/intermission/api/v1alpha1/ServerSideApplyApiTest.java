package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A GitOps tool, a person and an autoscaler may each own a part of one job. */
@ApiServerTest
class ServerSideApplyApiTest {

  private static final String TEMPLATE =
      """
      {template: {spec: {
        containers: [{name: trainer, image: digits:1, env: [{name: LR, value: '0.1'}]}, {name: logs, image: logs:1}]}}}\
      """;

  private static final String RESOURCES =
      """
      apiVersion: intermission.dev/v1alpha1
      kind: TrainingJob
      metadata: {name: digits}
      spec: {template: {spec: {containers: [{name: trainer, resources: {limits: {cpu: 2}}}]}}}
      """;

  private static final String PAUSE =
      """
      apiVersion: intermission.dev/v1alpha1
      kind: TrainingJob
      metadata: {name: digits}
      spec: {paused: true}
      """;

  @Test
  void severalManagersOwnPartsOfOneJobWithoutConflict(TestingApiServer api) {
    var namespace = api.namespace();
    apply(api, namespace, "gitops", JobYaml.with(TEMPLATE)).orThrow();
    apply(api, namespace, "autoscaler", RESOURCES).orThrow();
    apply(api, namespace, "person", PAUSE).orThrow();
    apply(api, namespace, "gitops", JobYaml.with(TEMPLATE.replace("digits:1", "digits:2")))
        .orThrow();

    var spec =
        api.client()
            .resources(TrainingJob.class)
            .inNamespace(namespace)
            .withName("digits")
            .get()
            .getSpec();
    var trainer = spec.template().getSpec().getContainers().getFirst();
    assertThat(spec.paused()).isTrue();
    assertThat(trainer.getImage()).isEqualTo("digits:2");
    assertThat(trainer.getResources().getLimits()).containsKey("cpu");
    assertThat(spec.template().getSpec().getContainers()).hasSize(2);
  }

  @Test
  void defaultsBelongToNobody(TestingApiServer api) {
    var namespace = api.namespace();
    apply(api, namespace, "gitops", JobYaml.valid()).orThrow();

    apply(
            api,
            namespace,
            "person",
            JobYaml.changed(
                "spec: {template: null, checkpoint: {keep: {last: 5}}, pause: {timeout: 1m}}"))
        .orThrow();
  }

  @Test
  void twoManagersThatWantDifferentImagesAreTold(TestingApiServer api) {
    var namespace = api.namespace();
    apply(api, namespace, "gitops", JobYaml.with(TEMPLATE)).orThrow();

    var output =
        apply(api, namespace, "person", JobYaml.with(TEMPLATE.replace("digits:1", "digits:2")));

    assertThat(output.code()).isNotZero();
    assertThat(output.text())
        .contains("conflict with \"gitops\"", "containers[name=\"trainer\"].image");
  }

  private static TestingApiServer.Output apply(
      TestingApiServer api, String namespace, String manager, String yaml) {
    return api.kubectl(
        yaml,
        "apply",
        "--server-side",
        "--field-manager",
        manager,
        "--namespace",
        namespace,
        "-f",
        "-");
  }
}
