package dev.intermission.api.v1alpha1;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real kube-apiserver and etcd on ports of their own, with our CRD: one for all tests of a JVM.
 * No controllers run: nothing deletes dependents or creates pods. Its binaries come from {@code
 * e2e/cluster/tool}, which builds them when they are missing.
 */
public final class TestingApiServer implements AutoCloseable {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private final AtomicInteger namespaces = new AtomicInteger();
  private final Path directory;
  private final Path kubectl;
  private final KubeAPIServer server;
  private final KubernetesClient client;

  private TestingApiServer(Path directory, Path binaries) throws IOException {
    this.directory = directory;
    Files.createSymbolicLink(directory.resolve("k8s"), binaries.resolve("k8s"));
    var version = versionIn(binaries.resolve("k8s"));
    kubectl = binaries.resolve("k8s").resolve(version + "-linux-amd64").resolve("kubectl");
    server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(directory.toString())
                .withApiServerVersion(version)
                .withOfflineMode(true)
                .build());
    server.start();
    Files.writeString(directory.resolve("kubeconfig"), server.getKubeConfigYaml());
    client = clientOf(Config.fromKubeconfig(server.getKubeConfigYaml()));
  }

  /** Starts one and installs the CRD that is committed in the chart. */
  static TestingApiServer start() {
    try {
      var started = new TestingApiServer(Files.createTempDirectory("api-server"), binaries());
      try {
        started.install(CrdGoldenTest.COMMITTED);
        return started;
      } catch (IllegalStateException refused) {
        started.close(); // or its processes would outlive the build
        throw refused;
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** As a cluster administrator. */
  public KubernetesClient client() {
    return client;
  }

  /** As somebody else, with the groups that the API server gives that kind of user. */
  public KubernetesClient impersonating(String user, String... groups) {
    var config = new ConfigBuilder(Config.fromKubeconfig(server.getKubeConfigYaml()));
    return clientOf(config.withImpersonateUsername(user).withImpersonateGroups(groups).build());
  }

  /** A new namespace, so that tests do not see each other. */
  public String namespace() {
    var name = "test-" + namespaces.incrementAndGet();
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /** Runs the real kubectl. */
  public Output kubectl(String input, String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                kubectl.toString(), "--kubeconfig", directory.resolve("kubeconfig").toString()));
    command.addAll(List.of(arguments));
    return Output.of(command, input);
  }

  /** Runs the real helm against this server, from the project's root. */
  public Output helm(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(tool("helm"), "--kubeconfig", directory.resolve("kubeconfig").toString()));
    command.addAll(List.of(arguments));
    return Output.of(command, "");
  }

  private void install(Path crd) throws IOException {
    kubectl(Files.readString(crd), "apply", "-f", "-").orThrow();
    kubectl(
            "",
            "wait",
            "--for=condition=Established",
            "crd/trainingjobs.intermission.dev",
            "--timeout=30s")
        .orThrow();
  }

  @Override
  public void close() {
    client.close();
    server.stop();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList())
        Files.delete(file); // the link to the binaries, not the binaries
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private static KubernetesClient clientOf(Config config) {
    config.setRequestRetryBackoffLimit(0); // a refusal is the answer that these tests want
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(ApiSerialization.create())
        .build();
  }

  private static Path binaries() {
    return Path.of(tool("--api-test-dir"));
  }

  private static String tool(String name) {
    return Output.of(List.of(ROOT.resolve("e2e/cluster/tool").toString(), name), "")
        .orThrow()
        .text()
        .lines()
        .toList()
        .getLast();
  }

  private static String versionIn(Path folder) throws IOException {
    try (var versions = Files.list(folder)) {
      return versions
          .map(version -> version.getFileName().toString())
          .findAny()
          .orElseThrow()
          .replace("-linux-amd64", "");
    }
  }

  /** What a command wrote to both of its outputs, and its exit code. */
  public record Output(int code, String text) {

    static Output of(List<String> command, String input) {
      try {
        var out = Files.createTempFile("command", ".out");
        var process =
            new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
          stdin.write(input);
        }
        if (!process.waitFor(20, TimeUnit.MINUTES))
          throw new IllegalStateException("%s does not end".formatted(command));
        var text = Files.readString(out);
        Files.delete(out);
        return new Output(process.exitValue(), text);
      } catch (IOException cause) {
        throw new UncheckedIOException(cause);
      } catch (InterruptedException cause) {
        throw new IllegalStateException("interrupted while waiting for " + command, cause);
      }
    }

    /** Itself, when the command succeeded. */
    public Output orThrow() {
      if (code != 0) throw new IllegalStateException("exit code %d: %s".formatted(code, text));
      return this;
    }
  }
}
