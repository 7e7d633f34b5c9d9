package dev.intermission.checkpoint.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.TestingMinio;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract against a real server, and what goes wrong with real ones. */
class MinioTest implements ObjectStoreContract, RoundTripContract {

  private static final S3ObjectStore STORE = TestingMinio.open();

  @Override
  public ObjectStore store() {
    return STORE;
  }

  @Override
  public Dialect dialect() {
    return Dialect.FULL;
  }

  @AfterAll
  static void close() {
    STORE.close();
  }

  @Test
  void aMissingBucketNamesTheFieldAndTheRemedy() {
    try (var store =
        S3ObjectStore.open(
            TestingMinio.location("not-there"), TestingMinio.ROOT, ClientTuning.QUICK)) {
      assertThatThrownBy(() -> store.read("HEAD"))
          .isInstanceOf(StoreException.BucketMissing.class)
          .hasMessageContaining("spec.checkpoint.storage.s3.bucket")
          .hasMessageContaining("\"not-there\"");
      assertThatThrownBy(() -> store.swap("HEAD", new SwapCondition.IfAbsent(), new byte[] {1}))
          .isInstanceOf(StoreException.BucketMissing.class);
      assertThat(new StorageProbe(() -> "x").probe(store, ""))
          .isInstanceOfSatisfying(
              ProbeResult.Unusable.class,
              result -> assertThat(result.reason()).isEqualTo("BucketMissing"));
    }
  }

  @Test
  void wrongCredentialsNameTheSecretAndNeverPrintIt() {
    for (var wrong :
        new Credentials.Static[] {
          new Credentials.Static("nobody", "not-the-secret"),
          new Credentials.Static("minio", "not-the-secret")
        }) {
      try (var store =
          S3ObjectStore.open(
              TestingMinio.location(TestingMinio.BUCKET), wrong, ClientTuning.QUICK)) {
        assertThatThrownBy(() -> store.read("HEAD"))
            .isInstanceOf(StoreException.AccessDenied.class)
            .hasMessageContaining("spec.checkpoint.storage.s3.credentialsSecret")
            .hasMessageNotContaining("not-the-secret");
        assertThatThrownBy(() -> store.inspect("HEAD"))
            .isInstanceOf(StoreException.AccessDenied.class);
        assertThat(wrong.toString()).doesNotContain("not-the-secret");
      }
    }
  }

  @Test
  @Timeout(10)
  void nobodyListeningIsReportedWithinSeconds() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var store = elsewhere(URI.create("http://127.0.0.1:" + port))) {
      assertUnreachable(store);
    }
  }

  @Test
  @Timeout(10)
  void anUnknownHostIsReportedWithinSeconds() {
    try (var store = elsewhere(URI.create("http://no-such-host.invalid:9000"))) {
      assertUnreachable(store);
    }
  }

  @Test
  @Timeout(20)
  void aServerThatAcceptsAndSaysNothingIsReportedWithinItsTimeLimits() throws Exception {
    try (var mute = new ServerSocket(0);
        var store = elsewhere(URI.create("http://127.0.0.1:" + mute.getLocalPort()))) {
      assertUnreachable(store);
    }
  }

  private static S3ObjectStore elsewhere(URI endpoint) {
    var short1 = Duration.ofSeconds(1);
    var tuning = new ClientTuning(short1, short1, short1, short1, ClientTuning.QUICK.reads());
    var location = new StorageLocation(Optional.of(endpoint), "us-east-1", "b", "", true);
    return S3ObjectStore.open(location, TestingMinio.ROOT, tuning);
  }

  private static void assertUnreachable(S3ObjectStore store) {
    assertThatThrownBy(() -> store.read("HEAD"))
        .isInstanceOf(StoreException.EndpointUnreachable.class)
        .hasMessageContaining("spec.checkpoint.storage.s3.endpoint");
    var bytes = "x".getBytes(StandardCharsets.UTF_8);
    assertThat(store.swap("HEAD", new SwapCondition.IfAbsent(), bytes))
        .isInstanceOf(SwapOutcome.AnswerLost.class);
    assertThat(store.createOnce("k", Payload.Bytes.of(bytes)))
        .isInstanceOf(CreateOutcome.AnswerLost.class);
  }
}
