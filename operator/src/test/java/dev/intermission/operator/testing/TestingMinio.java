package dev.intermission.operator.testing;

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
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real MinIO on a free port, over a folder that the test removes. */
public final class TestingMinio implements AutoCloseable {

  public static final Credentials.Static ROOT = new Credentials.Static("minio", "minio-secret");
  public static final String BUCKET = "checkpoints";

  private final Process process;
  private final URI endpoint;

  private TestingMinio(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Returns when it answers. */
  public static TestingMinio start(Path folder) throws IOException {
    Files.createDirectories(folder.resolve(BUCKET));
    var port = freePort();
    var builder =
        new ProcessBuilder(
            binary(), "server", "--quiet", "--address", "127.0.0.1:" + port, folder.toString());
    builder.environment().put("MINIO_ROOT_USER", ROOT.accessKeyId());
    builder.environment().put("MINIO_ROOT_PASSWORD", ROOT.secretAccessKey());
    builder.environment().put("MINIO_BROWSER", "off");
    var process =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    var minio = new TestingMinio(process, URI.create("http://127.0.0.1:" + port));
    try (var store = minio.open()) {
      store.read("ready");
    }
    return minio;
  }

  public URI endpoint() {
    return endpoint;
  }

  /** As its administrator. */
  public S3ObjectStore open() {
    var second = Duration.ofSeconds(2);
    var patience =
        new RetryBudget(
            200, Duration.ofMillis(50), Duration.ofMillis(150), RetryBudget.Pause.SLEEP);
    return S3ObjectStore.open(
        new StorageLocation(Optional.of(endpoint), "us-east-1", BUCKET, "intermission", true),
        ROOT,
        new ClientTuning(second, second, second, second, patience));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static String binary() throws IOException {
    var tool = Path.of("").toAbsolutePath().getParent().resolve("e2e/cluster/tool");
    var process =
        new ProcessBuilder(tool.toString(), "minio")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
