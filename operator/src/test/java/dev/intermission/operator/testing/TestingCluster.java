package dev.intermission.operator.testing;

import static org.awaitility.Awaitility.await;

import dev.intermission.api.v1alpha1.ApiSerialization;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real kube-apiserver with etcd and our CRD, on its own ports and in its own folder. No
 * controllers run: a test plays them. Its binaries come from {@code e2e/cluster/tool}.
 */
public final class TestingCluster implements AutoCloseable {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private final AtomicInteger namespaces = new AtomicInteger();
  private final KubeAPIServer server;
  private final KubernetesClient client;

  /** Starts in about 5 s, in {@code directory}, which the test removes. */
  public TestingCluster(Path directory) {
    try {
      var binaries = binaries().resolve("k8s");
      Files.createSymbolicLink(directory.resolve("k8s"), binaries);
      server =
          new KubeAPIServer(
              KubeAPIServerConfigBuilder.anAPIServerConfig()
                  .withTestDir(directory.toString())
                  .withApiServerVersion(version(binaries))
                  .withOfflineMode(true)
                  .build());
      server.start();
      client =
          new KubernetesClientBuilder()
              .withConfig(config())
              .withKubernetesSerialization(ApiSerialization.create())
              .build();
      installCrd();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** How to reach it as an administrator; refusals are answered at once, without retries. */
  public Config config() {
    var config = Config.fromKubeconfig(server.getKubeConfigYaml());
    config.setRequestRetryBackoffLimit(0);
    return config;
  }

  /** As an administrator. */
  public KubernetesClient client() {
    return client;
  }

  /** A new one for each test, so that tests do not see each other. */
  public String namespace() {
    var name = "test-" + namespaces.incrementAndGet();
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /** The Secret {@code keys} of a job's namespace, new or changed. */
  public void keys(String namespace, String accessKeyId, String secretAccessKey) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("keys")
                .endMetadata()
                .addToStringData("AWS_ACCESS_KEY_ID", accessKeyId)
                .addToStringData("AWS_SECRET_ACCESS_KEY", secretAccessKey)
                .build())
        .serverSideApply();
  }

  /** Creates a TrainingJob of one worker whose image nobody will ever pull. */
  public TrainingJob createJob(String namespace, String name) {
    var job = new TrainingJob();
    job.getMetadata().setNamespace(namespace);
    job.getMetadata().setName(name);
    job.setSpec(
        TrainingJobSpec.of(
            new PodTemplateSpecBuilder()
                .withNewSpec()
                .addNewContainer()
                .withName("trainer")
                .withImage("example/trainer:1")
                .endContainer()
                .endSpec()
                .build()));
    return client.resource(job).create();
  }

  @Override
  public void close() {
    client.close();
    server.stop();
  }

  private void installCrd() throws IOException {
    var crd = ROOT.resolve("helm/intermission/crds/trainingjobs.intermission.dev-v1.yml");
    try (var yaml = Files.newInputStream(crd)) {
      client.load(yaml).create();
    }
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("trainingjobs.intermission.dev")
        .waitUntilCondition(
            found ->
                found != null
                    && found.getStatus() != null
                    && found.getStatus().getConditions().stream()
                        .anyMatch(
                            c -> c.getType().equals("Established") && c.getStatus().equals("True")),
            30,
            TimeUnit.SECONDS);
    await() // 429 for a moment: "storage is (re)initializing"
        .atMost(Duration.ofSeconds(30))
        .ignoreException(KubernetesClientException.class)
        .until(() -> client.resources(TrainingJob.class).inAnyNamespace().list() != null);
  }

  private static Path binaries() throws IOException {
    var out = Files.createTempFile("tool", ".out");
    try {
      var tool =
          new ProcessBuilder(ROOT.resolve("e2e/cluster/tool").toString(), "--api-test-dir")
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (!tool.waitFor(20, TimeUnit.MINUTES) || tool.exitValue() != 0) {
        throw new IllegalStateException("e2e/cluster/tool --api-test-dir failed");
      }
      return Path.of(Files.readString(out).strip());
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    } finally {
      Files.delete(out);
    }
  }

  private static String version(Path folder) throws IOException {
    try (var versions = Files.list(folder)) {
      return versions
          .map(version -> version.getFileName().toString())
          .findAny()
          .orElseThrow()
          .replace("-linux-amd64", "");
    }
  }
}
