package dev.intermission.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ApiSerialization;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.StorageLocation;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder below {@code golden/} is a case: {@code in-TrainingJob.yaml} and {@code in-Run.yaml}
 * give {@code out-Job.yaml} and {@code out-Service.yaml}. {@code -Dgolden.update=true} rewrites
 * what comes out; the review is its diff.
 */
class GoldenTest {
  private static final Path CASES = Path.of("src/test/resources/golden");
  private final KubernetesSerialization yaml = ApiSerialization.create();

  static Stream<Path> cases() throws IOException {
    return Files.list(CASES).sorted();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void childrenAreExactlyAsReviewed(Path folder) throws IOException {
    var job = read(folder.resolve("in-TrainingJob.yaml"), TrainingJob.class);
    var run = read(folder.resolve("in-Run.yaml"), RunInput.class);
    var resources =
        new ChildResources(
            new AgentSidecar("example/agent:1", "k1=PUBLIC"), "k1", new Fingerprint(yaml));

    assertThat(TemplateRules.check(job.getSpec().template())).isEmpty();
    check(folder.resolve("out-Job.yaml"), resources.childJob(job, run.run()));
    check(folder.resolve("out-Service.yaml"), resources.service(job));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theUsersTemplateIsNotChangedInPlace(Path folder) throws IOException {
    var job = read(folder.resolve("in-TrainingJob.yaml"), TrainingJob.class);
    var before = yaml.asYaml(job);

    new ChildResources(new AgentSidecar("a", "k1=P"), "k1", new Fingerprint(yaml))
        .childJob(job, read(folder.resolve("in-Run.yaml"), RunInput.class).run());

    assertThat(yaml.asYaml(job)).isEqualTo(before);
  }

  /**
   * Prime gave a resumed run a new identity, which lost its secrets and links: ours has the same
   * name for its peers, the same Secrets and volumes.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void nextRunIsTheSameButForItsNumber(Path folder) throws IOException {
    var job = read(folder.resolve("in-TrainingJob.yaml"), TrainingJob.class);
    var run = read(folder.resolve("in-Run.yaml"), RunInput.class).run();
    var first = numbered(7001, run);
    var next = numbered(7002, run);
    var resources =
        new ChildResources(
            new AgentSidecar("example/agent:1", "k1=PUBLIC"), "k1", new Fingerprint(yaml));

    assertThat(yaml.asYaml(resources.childJob(job, next)).replace("7002", "7001"))
        .isEqualTo(yaml.asYaml(resources.childJob(job, first)));
  }

  private static Run numbered(long number, Run run) {
    return new Run(number, run.restore(), run.storage(), run.drainToken(), run.grace());
  }

  private void check(Path golden, Object built) throws IOException {
    var text = yaml.asYaml(built);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, text);
    }
    assertThat(text).isEqualTo(Files.readString(golden));
  }

  private <T> T read(Path file, Class<T> type) throws IOException {
    return yaml.unmarshal(Files.readString(file), type);
  }

  record RunInput(
      long number,
      Optional<ManifestStatus> restore,
      Optional<String> credentialsSecret,
      Optional<String> kmsKey,
      Optional<String> caConfigMap,
      Optional<Long> graceSeconds) {
    Run run() {
      var encryption =
          kmsKey
              .<Encryption>map(key -> new Encryption.KmsKey(Optional.of(key)))
              .orElseGet(Encryption.BucketDefault::new);
      var caBundle =
          caConfigMap
              .<CaBundle>map(name -> new CaBundle.InConfigMap(name, "ca.pem"))
              .orElseGet(CaBundle.PublicAuthorities::new);
      var location =
          new StorageLocation(
              Optional.of(URI.create("http://minio.storage:9000")),
              "us-east-1",
              "checkpoints",
              "intermission",
              true);
      return new Run(
          number,
          restore,
          new StorageAccess(location, credentialsSecret, encryption, caBundle),
          "DRAIN",
          Duration.ofSeconds(graceSeconds.orElse(0L)));
    }
  }
}
