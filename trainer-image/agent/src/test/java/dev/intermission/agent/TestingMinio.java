package dev.intermission.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/** A real MinIO on a port of its own, which can be stopped and started again with the same data. */
public final class TestingMinio implements AutoCloseable {

  public static final String BUCKET = "checkpoints";
  private static final String USER = "minioadmin";

  private final Path data;
  private final int port = freePort();
  private Process process;

  private TestingMinio(Path data) {
    this.data = data;
  }

  /** Started, with the bucket. */
  public static TestingMinio in(Path data) {
    var minio = new TestingMinio(data);
    minio.start();
    try (var s3 = minio.client()) {
      s3.createBucket(request -> request.bucket(BUCKET));
    }
    return minio;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(USER, USER)))
        .build();
  }

  /** Keys for an hour, as its STS makes them: an id, a secret and a token that nobody else has. */
  public Map<String, String> temporaryKeys() {
    try (var sts =
        StsClient.builder()
            .endpointOverride(endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(USER, USER)))
            .build()) {
      var keys =
          sts.assumeRole(role -> role.roleArn("arn:aws:iam::1:role/any").roleSessionName("test"))
              .credentials();
      return Map.of(
          "AWS_ACCESS_KEY_ID", keys.accessKeyId(),
          "AWS_SECRET_ACCESS_KEY", keys.secretAccessKey(),
          "AWS_SESSION_TOKEN", keys.sessionToken());
    }
  }

  public void start() {
    var builder =
        new ProcessBuilder(
            binary(), "server", data.toString(), "--address", "127.0.0.1:" + port, "--quiet");
    builder.environment().put("MINIO_ROOT_USER", USER);
    builder.environment().put("MINIO_ROOT_PASSWORD", USER);
    builder.environment().put("MINIO_BROWSER", "off");
    builder.environment().put("GOMAXPROCS", "2");
    builder.redirectErrorStream(true).redirectOutput(data.resolveSibling("minio.log").toFile());
    try {
      process = builder.start();
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As if its node had died. */
  public void stop() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }

  private void awaitReady() throws IOException {
    var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (var http = HttpClient.newHttpClient()) {
      var live = HttpRequest.newBuilder(endpoint().resolve("/minio/health/cluster")).build();
      while (System.nanoTime() < deadline && process.isAlive()) {
        try {
          if (http.send(live, BodyHandlers.discarding()).statusCode() == 200) return;
        } catch (IOException _) {
          LockSupport.parkNanos(Duration.ofMillis(50).toNanos()); // not listening yet
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError(
        "MinIO did not start: " + Files.readString(data.resolveSibling("minio.log")));
  }

  private static String binary() {
    var root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("e2e/cluster/tool"))) root = root.getParent();
    try {
      var tool = new ProcessBuilder(root.resolve("e2e/cluster/tool").toString(), "minio");
      var running = tool.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new String(running.getInputStream().readAllBytes()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
