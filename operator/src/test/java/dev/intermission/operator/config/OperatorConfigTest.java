package dev.intermission.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.Protection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorConfigTest {
  @TempDir Path directory;
  private final Map<String, String> variables = new HashMap<>();

  @BeforeEach
  void theSmallestEnvironmentThatStarts() throws IOException {
    var key = Files.writeString(directory.resolve("signing.key"), "not read here");
    variables.put("INTERMISSION_AGENT_IMAGE", "registry/agent:1");
    variables.put("INTERMISSION_SIGNING_KEY_FILE", key.toString());
  }

  @Test
  void smallestEnvironmentWatchesAllNamespacesWithoutElection() {
    var config = OperatorConfig.fromEnvironment(variables);

    assertThat(config.watchNamespaces()).isEmpty();
    assertThat(config.leadership().election()).isEmpty();
    assertThat(config.httpPort()).isEqualTo(8080);
    assertThat(config.storage().bucket()).isEmpty();
  }

  @Test
  void readsEveryVariable() {
    variables.put("INTERMISSION_S3_ENDPOINT", "http://minio.example:9000");
    variables.put("INTERMISSION_S3_REGION", "eu-central-1");
    variables.put("INTERMISSION_S3_BUCKET", "checkpoints");
    variables.put("INTERMISSION_S3_PREFIX", "team");
    variables.put("INTERMISSION_S3_PATH_STYLE", "true");
    variables.put("INTERMISSION_S3_SECRET", "s3");
    variables.put("INTERMISSION_S3_CREDENTIALS_DIR", "/etc/keys");
    variables.put("INTERMISSION_S3_ENCRYPTION", "SSE-KMS");
    variables.put("INTERMISSION_S3_KMS_KEY", "team-key");
    variables.put("INTERMISSION_WATCH_NAMESPACES", "a, b,");
    variables.put("INTERMISSION_LEADER_ELECTION", "true");
    variables.put("POD_NAME", "operator-1");
    variables.put("POD_NAMESPACE", "intermission-system");
    variables.put("INTERMISSION_HTTP_PORT", "0");

    var config = OperatorConfig.fromEnvironment(variables);

    assertThat(config.storage().endpoint()).contains(URI.create("http://minio.example:9000"));
    assertThat(config.storage().region()).isEqualTo("eu-central-1");
    assertThat(config.storage().bucket()).contains("checkpoints");
    assertThat(config.storage().prefix()).isEqualTo("team");
    assertThat(config.storage().pathStyle()).isTrue();
    assertThat(config.agent().s3Secret()).contains("s3");
    assertThat(config.storage().entry())
        .isEqualTo(
            new StorageDefaults.Entry(
                new Credentials.Mounted(Path.of("/etc/keys")),
                new Protection(new Encryption.KmsKey(Optional.of("team-key")), Optional.empty())));
    assertThat(config.watchNamespaces()).containsExactlyInAnyOrder("a", "b");
    assertThat(config.leadership().election())
        .contains(new Leadership.Election("intermission-system", "operator-1"));
    assertThat(config.httpPort()).isZero();
  }

  @Test
  void oneMessageListsEveryBadVariable() {
    variables.clear();
    variables.put("INTERMISSION_SIGNING_KEY_FILE", "/nowhere/key");
    variables.put("INTERMISSION_S3_ENDPOINT", "minio:9000");
    variables.put("INTERMISSION_S3_PATH_STYLE", "yes");
    variables.put("INTERMISSION_HTTP_PORT", "eighty");
    variables.put("INTERMISSION_S3_ENCRYPTION", "AES256");
    variables.put("INTERMISSION_S3_KMS_KEY", "team-key");
    variables.put("INTERMISSION_S3_CA_FILE", "/nowhere/ca.crt");
    variables.put("INTERMISSION_LEADER_ELECTION", "true");

    assertThatThrownBy(() -> OperatorConfig.fromEnvironment(variables))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("INTERMISSION_AGENT_IMAGE is not set")
        .hasMessageContaining("INTERMISSION_SIGNING_KEY_FILE names /nowhere/key")
        .hasMessageContaining("INTERMISSION_S3_ENDPOINT must be an http(s) URL, not \"minio:9000\"")
        .hasMessageContaining("INTERMISSION_S3_PATH_STYLE must be true or false, not \"yes\"")
        .hasMessageContaining("INTERMISSION_S3_ENCRYPTION must be SSE-S3 or SSE-KMS")
        .hasMessageContaining("INTERMISSION_S3_KMS_KEY is of no use without")
        .hasMessageContaining("INTERMISSION_S3_CA_FILE names /nowhere/ca.crt")
        .hasMessageContaining("INTERMISSION_HTTP_PORT must be a port, not \"eighty\"")
        .hasMessageContaining("POD_NAME is not set")
        .hasMessageContaining("POD_NAMESPACE is not set");
  }
}
