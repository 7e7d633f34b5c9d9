package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A real S3 server on a free port of loopback, with one bucket. Answers when the factory returns.
 */
public record TestingServer(URI endpoint, TestingProcess process) {

  public static final Credentials.Static ROOT = new Credentials.Static("store", "store-secret");
  public static final String BUCKET = "checkpoints";

  /** S3Proxy over the file system, the provider that makes conditional writes atomic. */
  public static TestingServer s3proxy() {
    return s3proxy(
        "s3proxy.authorization=aws-v2-or-v4\n"
            + "s3proxy.identity=store\ns3proxy.credential=store-secret\n");
  }

  /** The same, but it lets everybody in: for proxies that change what was signed. */
  public static TestingServer s3proxyWithoutSignatures() {
    return s3proxy("s3proxy.authorization=none\n");
  }

  /**
   * versitygw over a folder; what it knows of objects lies in a folder beside, not in attributes.
   */
  public static TestingServer versitygw() {
    var folder = TestingProcess.newFolder("versitygw");
    var port = TestingProcess.freePort();
    mkdir(folder.resolve("data"));
    mkdir(folder.resolve("sidecar"));
    var command =
        List.of(
            TestingTool.path("versitygw"),
            "--quiet",
            "--port",
            "127.0.0.1:" + port,
            "posix",
            "--sidecar",
            folder.resolve("sidecar").toString(),
            folder.resolve("data").toString());
    var environment = Map.of("ROOT_ACCESS_KEY", "store", "ROOT_SECRET_KEY", "store-secret");
    return ready("http", port, TestingProcess.start(folder, command, environment));
  }

  public StorageLocation location() {
    return new StorageLocation(Optional.of(endpoint), "us-east-1", BUCKET, "", true);
  }

  public S3ObjectStore open() {
    return S3ObjectStore.open(location(), ROOT, ClientTuning.QUICK);
  }

  private static TestingServer s3proxy(String properties) {
    var folder = TestingProcess.newFolder("s3proxy");
    var port = TestingProcess.freePort();
    mkdir(folder.resolve("data"));
    var file = folder.resolve("s3proxy.properties");
    var more =
        "jclouds.provider=filesystem-nio2\njclouds.filesystem.basedir=%s\ns3proxy.endpoint=http://127.0.0.1:%d\n"
            .formatted(folder.resolve("data"), port);
    try {
      Files.writeString(file, properties + more);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            TestingTool.s3proxy(),
            "--properties",
            file.toString());
    return ready("http", port, TestingProcess.start(folder, command, Map.of()));
  }

  private static TestingServer ready(String scheme, int port, TestingProcess process) {
    var server = new TestingServer(URI.create(scheme + "://127.0.0.1:" + port), process);
    server.awaitAnswer();
    return server;
  }

  /** A server that listens but is not ready yet answers with errors; both are waited out. */
  private void awaitAnswer() {
    var retry =
        new RetryBudget(200, Duration.ofMillis(50), Duration.ofMillis(150), RetryBudget.Pause.SLEEP)
            .start();
    try (var s3 = sdk()) {
      while (true) {
        try {
          s3.createBucket(request -> request.bucket(BUCKET));
          return;
        } catch (RuntimeException e) {
          if (e instanceof S3Exception answered && answered.statusCode() == 409) return;
          if (!process.alive() || !retry.again()) throw new AssertionError(process.log(), e);
        }
      }
    }
  }

  /** Waits until a store answers a read, whatever the answer. */
  static void awaitRead(TestingProcess process, Function<ClientTuning, S3ObjectStore> open) {
    var second = Duration.ofSeconds(1);
    var patience =
        new RetryBudget(
            200, Duration.ofMillis(50), Duration.ofMillis(150), RetryBudget.Pause.SLEEP);
    try (var store = open.apply(new ClientTuning(second, second, second, second, patience))) {
      store.read("ready");
    } catch (RuntimeException e) {
      throw new AssertionError(process.log(), e);
    }
  }

  /** The SDK itself, for what our own store cannot do. */
  public S3Client sdk() {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(ROOT.accessKeyId(), ROOT.secretAccessKey())))
        .build();
  }

  private static void mkdir(Path folder) {
    try {
      Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
