package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One real MinIO for this test JVM: on a free port, over a temporary folder, gone when the JVM
 * ends.
 */
public final class TestingMinio {

  public static final Credentials.Static ROOT = new Credentials.Static("minio", "minio-secret");
  public static final String BUCKET = "checkpoints";

  private static final TestingMinio SHARED = start();

  private final Process process;
  private final Path folder;
  private final URI endpoint;

  private TestingMinio(Process process, Path folder, URI endpoint) {
    this.process = process;
    this.folder = folder;
    this.endpoint = endpoint;
  }

  public static URI endpoint() {
    return SHARED.endpoint;
  }

  /** Where an object's data lies, for tests that damage it. */
  public static Path folder() {
    return SHARED.folder;
  }

  public static StorageLocation location(String bucket) {
    return new StorageLocation(Optional.of(endpoint()), "us-east-1", bucket, "", true);
  }

  public static S3ObjectStore open() {
    return S3ObjectStore.open(location(BUCKET), ROOT, ClientTuning.QUICK);
  }

  private static TestingMinio start() {
    try {
      var folder = Files.createTempDirectory("intermission-minio");
      Files.createDirectory(folder.resolve(BUCKET));
      var port = freePort();
      var log = folder.resolve("minio.log");
      var builder =
          new ProcessBuilder(
              binary(), "server", "--quiet", "--address", "127.0.0.1:" + port, folder.toString());
      builder.environment().put("MINIO_ROOT_USER", ROOT.accessKeyId());
      builder.environment().put("MINIO_ROOT_PASSWORD", ROOT.secretAccessKey());
      builder.environment().put("MINIO_BROWSER", "off");
      var process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      var server = new TestingMinio(process, folder, URI.create("http://127.0.0.1:" + port));
      Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
      server.awaitReady(log);
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("MinIO does not start", e);
    }
  }

  private static String binary() throws IOException {
    var root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("e2e/cluster/tool"))) root = root.getParent();
    var tool = new ProcessBuilder(root.resolve("e2e/cluster/tool").toString(), "minio");
    var process = tool.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Path log) throws IOException {
    var deadline = Instant.now().plusSeconds(30);
    var store =
        S3ObjectStore.open(
            new StorageLocation(Optional.of(endpoint), "us-east-1", BUCKET, "", true),
            ROOT,
            new ClientTuning(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                new RetryBudget(
                    200, Duration.ofMillis(50), Duration.ofMillis(150), RetryBudget.Pause.SLEEP)));
    try (store) {
      store.read("ready");
    } catch (RuntimeException e) {
      throw new IllegalStateException(Files.readString(log) + " until " + deadline, e);
    }
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
      try (var walk = Files.walk(folder)) {
        for (var path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("MinIO's folder stays: " + folder + " (" + e + ")");
    }
  }
}
