package dev.intermission.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ApiServerTest;
import dev.intermission.api.v1alpha1.TestingApiServer;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@ApiServerTest
class ChartApiTest {

  @Test
  void lintFindsNothing(TestingApiServer api) {
    api.helm("lint", "--strict", "helm/intermission").orThrow();
  }

  @Test
  void unknownValueIsRefusedByName(TestingApiServer api) {
    var output = api.helm("lint", "helm/intermission", "--set", "s3.buket=x");

    assertThat(output.code()).isNotZero();
    assertThat(output.text()).contains("buket");
  }

  @Test
  void operatorsPodIsAdmittedUnderTheRestrictedStandard(TestingApiServer api) {
    var installed = Installation.install(api);
    var template = deployment(installed).getSpec().getTemplate();
    api.kubectl(
            "",
            "label",
            "namespace",
            installed.namespace(),
            "pod-security.kubernetes.io/enforce=restricted")
        .orThrow();

    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("operator-")
            .endMetadata()
            .withSpec(template.getSpec())
            .build();

    api.client().resource(pod).inNamespace(installed.namespace()).create(); // throws when refused
  }

  @Test
  void valuesReachTheOperatorAsItsVariables(TestingApiServer api) {
    var installed =
        Installation.install(
            api,
            "s3.endpoint=http://minio:9000",
            "s3.bucket=checkpoints",
            "s3.pathStyle=true",
            "s3.credentials.existingSecret=own-keys",
            "s3.jobSecret=team-keys",
            "s3.encryption.type=SSE-KMS",
            "s3.encryption.kmsKeyId=team-key",
            "s3.caBundle.existingConfigMap=storage-ca",
            "agent.image.repository=registry/agent",
            "agent.image.tag=v1",
            "watchNamespaces={default}");

    var variables = variables(deployment(installed));
    assertThat(
            variables.values().stream()
                .filter(variable -> variable.getValueFrom() == null)
                .collect(byName()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("INTERMISSION_AGENT_IMAGE", "registry/agent:v1"),
                Map.entry("INTERMISSION_S3_ENDPOINT", "http://minio:9000"),
                Map.entry("INTERMISSION_S3_REGION", "us-east-1"),
                Map.entry("INTERMISSION_S3_BUCKET", "checkpoints"),
                Map.entry("INTERMISSION_S3_PREFIX", "intermission"),
                Map.entry("INTERMISSION_S3_PATH_STYLE", "true"),
                Map.entry("INTERMISSION_S3_SECRET", "team-keys"),
                Map.entry("INTERMISSION_S3_CREDENTIALS_DIR", "/etc/intermission-s3"),
                Map.entry("INTERMISSION_S3_ENCRYPTION", "SSE-KMS"),
                Map.entry("INTERMISSION_S3_KMS_KEY", "team-key"),
                Map.entry("INTERMISSION_S3_CA_FILE", "/etc/intermission-ca/ca.crt"),
                Map.entry("INTERMISSION_WATCH_NAMESPACES", "default"),
                Map.entry("INTERMISSION_SIGNING_KEY_FILE", "/etc/intermission/signing-key.pem"),
                Map.entry("INTERMISSION_LEADER_ELECTION", "true"),
                Map.entry("INTERMISSION_HTTP_PORT", "8080")));
    var volumes =
        deployment(installed).getSpec().getTemplate().getSpec().getVolumes().stream()
            .collect(Collectors.toMap(Volume::getName, Function.identity()));
    assertThat(volumes.get("s3-credentials").getSecret().getSecretName()).isEqualTo("own-keys");
    assertThat(volumes.get("s3-ca").getConfigMap().getName()).isEqualTo("storage-ca");
    assertThat(variables).containsKeys("POD_NAME", "POD_NAMESPACE");
  }

  @Test
  void keysFromValuesMakeASecretThatJobsAreToldOf(TestingApiServer api) {
    var installed =
        Installation.install(
            api, "s3.credentials.accessKeyId=id", "s3.credentials.secretAccessKey=key");

    var name = variables(deployment(installed)).get("INTERMISSION_S3_SECRET").getValue();
    assertThat(decoded(secret(installed, name), "AWS_SECRET_ACCESS_KEY")).isEqualTo("key");
  }

  @Test
  void withoutKeysThePodsIdentityIsUsed(TestingApiServer api) {
    assertThat(variables(deployment(Installation.install(api))))
        .doesNotContainKeys("INTERMISSION_S3_CREDENTIALS_DIR", "INTERMISSION_S3_CA_FILE");
  }

  @Test
  void signingKeyIsAnEd25519KeyAndStaysTheSameInAnUpgrade(TestingApiServer api)
      throws GeneralSecurityException {
    var installed = Installation.install(api);
    var name = installed.release() + "-signing-key";
    var first = decoded(secret(installed, name), "signing-key.pem");

    installed.upgrade("image.tag=next");

    assertThat(decoded(secret(installed, name), "signing-key.pem")).isEqualTo(first);
    assertThat(read(first).getAlgorithm()).isIn("Ed25519", "EdDSA");
  }

  @Test
  void secondReplicaWithoutElectionIsRefusedWithTheRemedy(TestingApiServer api) {
    var output =
        api.helm(
            "install",
            "x",
            "helm/intermission",
            "--dry-run=server",
            "--skip-crds",
            "--set",
            "replicas=2,leaderElection.enabled=false");

    assertThat(output.code()).isNotZero();
    assertThat(output.text()).contains("more than one needs leaderElection.enabled: true");
  }

  private static Deployment deployment(Installation installed) {
    return installed
        .api()
        .client()
        .apps()
        .deployments()
        .inNamespace(installed.namespace())
        .withName(installed.release())
        .get();
  }

  private static Secret secret(Installation installed, String name) {
    return installed
        .api()
        .client()
        .secrets()
        .inNamespace(installed.namespace())
        .withName(name)
        .get();
  }

  private static Map<String, EnvVar> variables(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
        .collect(Collectors.toMap(EnvVar::getName, Function.identity()));
  }

  private static Collector<EnvVar, ?, Map<String, String>> byName() {
    return Collectors.toMap(
        EnvVar::getName, variable -> variable.getValue() == null ? "" : variable.getValue());
  }

  private static String decoded(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  private static PrivateKey read(String pem) throws GeneralSecurityException {
    var base64 =
        pem.lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
    return KeyFactory.getInstance("Ed25519")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
