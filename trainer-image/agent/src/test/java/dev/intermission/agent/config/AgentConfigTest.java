package dev.intermission.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.agent.TestingEnvironment;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Encryption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AgentConfigTest {

  @Test
  void whatTheOperatorWritesIsUnderstood() {
    var config = environment().config();

    assertThat(config.self().identity().podUid()).isEqualTo("pod-1");
    assertThat(config.patience().holdLease()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.patience().drain()).isEqualTo(Duration.ofSeconds(25));
    assertThat(config.store().floor()).isEmpty();
  }

  @Test
  void defaultsAreThoseOfTheContract() {
    var config =
        environment()
            .without("INTERMISSION_AGENT_PORT")
            .without("INTERMISSION_DIR")
            .without("INTERMISSION_S3_ENDPOINT")
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY")
            .config();

    assertThat(config.channel().port()).isEqualTo(8771);
    assertThat(config.volume().directory()).isEqualTo(Path.of("/intermission"));
    assertThat(config.store().location().endpoint()).isEmpty();
    assertThat(config.store().credentials()).isInstanceOf(Credentials.DefaultChain.class);
  }

  @Test
  void aMountedSecretWinsOverVariablesAndTheRestIsReadBesideIt() {
    var store =
        environment()
            .with("INTERMISSION_S3_CREDENTIALS_DIR", "/keys")
            .with("INTERMISSION_S3_ENCRYPTION", "SSE-KMS")
            .with("INTERMISSION_S3_KMS_KEY", "team-key")
            .config()
            .store();

    assertThat(store.credentials()).isEqualTo(new Credentials.Mounted(Path.of("/keys")));
    assertThat(store.protection().encryption())
        .isEqualTo(new Encryption.KmsKey(Optional.of("team-key")));
  }

  @Test
  void temporaryKeysInVariablesKeepTheirToken() {
    var store = environment().with("AWS_SESSION_TOKEN", "token").config().store();

    assertThat(store.credentials())
        .isEqualTo(new Credentials.Static("minioadmin", "minioadmin", Optional.of("token")));
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(() -> AgentConfig.from(Map.of()))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContainingAll(
            "INTERMISSION_JOB_NAMESPACE: is missing",
            "INTERMISSION_RUN: is missing",
            "INTERMISSION_PUBLIC_KEYS: is missing",
            "INTERMISSION_S3_BUCKET: is missing",
            "INTERMISSION_GRACE_SECONDS: is missing");
  }

  record Mistake(String name, String value, String complaint) {
    @Override
    public String toString() {
      return name + "=" + value;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake("INTERMISSION_RUN", "one", "\"one\" is not a whole number"),
        new Mistake("INTERMISSION_RUN", "0", "0 is below 1"),
        new Mistake("INTERMISSION_RANK", "1", "1 is no rank of 1"),
        new Mistake("INTERMISSION_PUBLIC_KEYS", "k1=%%", "X.509"),
        new Mistake("INTERMISSION_S3_ENDPOINT", "minio:9000", "is not http://host or https://host"),
        new Mistake("INTERMISSION_S3_PATH_STYLE", "yes", "neither true nor false"),
        new Mistake("INTERMISSION_JOB_NAME", "a/b", "name"),
        new Mistake("INTERMISSION_S3_ENCRYPTION", "AES256", "neither SSE-S3 nor SSE-KMS"),
        new Mistake("INTERMISSION_S3_CA_FILE", "/nowhere/ca.crt", "cannot be read"),
        new Mistake("INTERMISSION_S3_CA_BUNDLE", "no certificate", "the CA bundle"),
        new Mistake("AWS_SECRET_ACCESS_KEY", "", "one is there, the other is not"));
  }

  @ParameterizedTest(name = "{0} is refused")
  @MethodSource("mistakes")
  void aMistakeIsNamedWithItsVariable(Mistake mistake) {
    assertThatThrownBy(() -> environment().with(mistake.name(), mistake.value()).config())
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining(mistake.complaint());
  }

  @Test
  void noSecretIsEverPrinted() {
    assertThat(environment().with("AWS_SECRET_ACCESS_KEY", "hush-hush").config().toString())
        .doesNotContain("hush-hush")
        .doesNotContain(TestingEnvironment.DRAIN_TOKEN);
  }

  private static TestingEnvironment environment() {
    return TestingEnvironment.in(Path.of("/intermission"));
  }
}
