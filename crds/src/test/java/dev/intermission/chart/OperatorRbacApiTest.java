package dev.intermission.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.intermission.api.v1alpha1.ApiSerialization;
import dev.intermission.api.v1alpha1.ApiServerTest;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.TestingApiServer;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rights of the chart's own service account: what the operator does, and nothing else. */
@ApiServerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorRbacApiTest {

  private Installation installed;
  private KubernetesClient operator;
  private String team;

  @BeforeAll
  void install(TestingApiServer api) {
    installed = Installation.install(api);
    operator = installed.operator();
    team = api.namespace();
  }

  @AfterAll
  void close() {
    operator.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get intermission.dev/trainingjobs",
        "list intermission.dev/trainingjobs",
        "watch intermission.dev/trainingjobs",
        "patch intermission.dev/trainingjobs",
        "delete intermission.dev/trainingjobs",
        "update intermission.dev/trainingjobs/status",
        "update intermission.dev/trainingjobs/finalizers",
        "get batch/jobs",
        "list batch/jobs",
        "watch batch/jobs",
        "create batch/jobs",
        "delete batch/jobs",
        "get /pods",
        "list /pods",
        "watch /pods",
        "deletecollection /pods",
        "get /services",
        "create /services",
        "get /events",
        "list /events",
        "watch /events",
        "create /events",
        "patch /events",
        "get /secrets:team-keys",
        "get /configmaps:storage-ca",
        "get /namespaces:any"
      })
  void operatorMayDoItsWorkInAnyNamespace(String what) {
    assertThat(Installation.may(operator, what, team)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create intermission.dev/trainingjobs",
        "update intermission.dev/trainingjobs",
        "list /secrets",
        "watch /secrets",
        "create /secrets",
        "update /secrets",
        "create /pods",
        "delete /pods",
        "create /pods/exec",
        "create /pods/eviction",
        "get /pods/log",
        "update batch/jobs",
        "patch batch/jobs",
        "delete /services",
        "list /configmaps",
        "update /configmaps",
        "list /namespaces",
        "delete /namespaces:any",
        "create coordination.k8s.io/leases",
        "create rbac.authorization.k8s.io/rolebindings",
        "impersonate /serviceaccounts"
      })
  void operatorMayDoNothingElse(String what) {
    assertThat(Installation.may(operator, what, team)).isFalse();
  }

  @Test
  void operatorMayLookAtNodesOneByOne() {
    assertThat(Installation.may(operator, "get /nodes:node1", null)).isTrue();
    assertThat(Installation.may(operator, "list /nodes", null)).isFalse();
    assertThat(Installation.may(operator, "update /nodes:node1", null)).isFalse();
  }

  @Test
  void operatorHoldsItsOwnLeaseOnly() {
    var home = installed.namespace();
    for (var verb : List.of("get", "update", "patch"))
      assertThat(
              Installation.may(
                  operator, verb + " coordination.k8s.io/leases:intermission-operator", home))
          .isTrue();
    assertThat(Installation.may(operator, "create coordination.k8s.io/leases", home)).isTrue();
    assertThat(Installation.may(operator, "update coordination.k8s.io/leases:another", home))
        .isFalse();
  }

  @Test
  void operatorWritesStatusAndIsRefusedTheSpec(TestingApiServer api) {
    var job = create(api, team);
    job.setStatus(TrainingJobStatus.initial().withPhase(Phase.RUNNING));

    assertThat(operator.resource(job).updateStatus().getStatus().phase()).isEqualTo(Phase.RUNNING);

    job.setSpec(job.getSpec().withPaused(true));
    var refused =
        catchThrowableOfType(
            KubernetesClientException.class, () -> operator.resource(job).update());
    assertThat(refused.getCode()).isEqualTo(403);
  }

  @Test
  void operatorReleasesComputeWithOneRequest() {
    var options = new DeleteOptionsBuilder().withGracePeriodSeconds(1L).build();

    operator.raw(
        "/api/v1/namespaces/" + team + "/pods?labelSelector=intermission.dev/run%3D1",
        "DELETE",
        options); // throws when refused
  }

  @Test
  void readingSecretsOfJobsCanBeSwitchedOff(TestingApiServer api) {
    try (var without = Installation.install(api, "rbac.readJobSecrets=false").operator()) {
      assertThat(Installation.may(without, "get /secrets:team-keys", team)).isFalse();
      assertThat(Installation.may(without, "create batch/jobs", team)).isTrue();
    }
  }

  @Test
  void watchedNamespacesAreTheOnlyOnes(TestingApiServer api) {
    try (var bounded = Installation.install(api, "watchNamespaces={" + team + "}").operator()) {
      assertThat(Installation.may(bounded, "create batch/jobs", team)).isTrue();
      assertThat(Installation.may(bounded, "create batch/jobs", installed.namespace())).isFalse();
      assertThat(Installation.may(bounded, "list intermission.dev/trainingjobs", null)).isFalse();
    }
  }

  @Test
  void viewersLookAndEditorsPauseButNobodyForgesAStatus(TestingApiServer api) {
    for (var role : List.of("view", "edit")) {
      var clusterRole = installed.release() + "-" + role;
      var labels =
          api.client().rbac().clusterRoles().withName(clusterRole).get().getMetadata().getLabels();
      assertThat(labels)
          .containsAllEntriesOf(Map.of("rbac.authorization.k8s.io/aggregate-to-" + role, "true"));
      // The controller that aggregates does not run here, so the role is bound by itself.
      var bind =
          new String[] {
            "create",
            "rolebinding",
            role,
            "--clusterrole",
            clusterRole,
            "--user",
            role,
            "--namespace",
            team
          };
      api.kubectl("", bind).orThrow();
    }
    try (var viewer = api.impersonating("view", "system:authenticated");
        var editor = api.impersonating("edit", "system:authenticated")) {
      assertThat(Installation.may(viewer, "watch intermission.dev/trainingjobs", team)).isTrue();
      assertThat(Installation.may(viewer, "patch intermission.dev/trainingjobs", team)).isFalse();
      assertThat(Installation.may(editor, "patch intermission.dev/trainingjobs", team)).isTrue();
      assertThat(Installation.may(editor, "update intermission.dev/trainingjobs/status", team))
          .isFalse();
    }
  }

  private static TrainingJob create(TestingApiServer api, String namespace) {
    var yaml =
        """
        apiVersion: intermission.dev/v1alpha1
        kind: TrainingJob
        metadata: {name: digits}
        spec: {template: {spec: {containers: [{name: trainer, image: digits:1}]}}}
        """;
    return api.client()
        .resource(ApiSerialization.create().unmarshal(yaml, TrainingJob.class))
        .inNamespace(namespace)
        .create();
  }
}
