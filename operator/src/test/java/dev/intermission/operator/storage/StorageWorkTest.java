package dev.intermission.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.control.Problem;
import dev.intermission.operator.config.StorageDefaults;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Storage.Check;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import dev.intermission.operator.testing.TestingS3;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes of work in a store, as the next plan finds it. */
@ApiServerTest
class StorageWorkTest {
  private static final int PATIENCE_MILLIS = 60_000;

  private final ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  private final TestingS3 s3 = new TestingS3();
  private final StorageFacts facts = new StorageFacts();
  private final CountDownLatch woken = new CountDownLatch(1);
  private final TestingCluster cluster;
  private final JobKey job;
  private Stores stores;
  private StorageWork work;

  StorageWorkTest(TestingCluster cluster) throws IOException {
    this.cluster = cluster;
    this.job = new JobKey(cluster.namespace(), "digits", "uid-1");
  }

  @BeforeEach
  void createSecret() {
    cluster.keys(job.namespace(), "id", "secret");
  }

  @AfterEach
  void close() throws IOException {
    stores.close();
    s3.close();
    silent.close();
  }

  @Test
  void whatTheOperatorsEndCutsOffIsNoDefect() throws IOException {
    var access = silentStore();
    work.readHead(job, access);
    asked(
        () -> {
          work.close();
          stores.close();
        });

    await().until(() -> woken.getCount() == 0);
    assertThat(reason()).isNotEqualTo(Optional.of("OperatorDefect"));
  }

  @Test
  void aStoreThatIsClosedUnderItsWorkIsADefectOtherwise() throws IOException {
    var access = silentStore();
    work.readHead(job, access);
    asked(() -> stores.close());

    await().until(() -> woken.getCount() == 0);
    assertThat(reason()).contains("OperatorDefect");
  }

  @Test
  void aWayBackThatIsGoneIsOnRecordForTheNextLook() {
    var gone = ManifestRef.of(900, new FencingToken(1, 2), Sha256.hex(new byte[0]));
    var newest = ManifestRef.of(1200, new FencingToken(1, 2), Sha256.hex(new byte[1]));
    var head = new Head(1, 2, 0, Optional.of("pod-1"), Optional.of(newest), Optional.empty());

    var access = storeAt(s3.endpoint());

    work.leave(job, access, new HeadSnapshot(head, "\"etag\""), 2, gone);

    await().until(() -> woken.getCount() == 0);
    assertThat(facts.of(job.uid()).check(gone).map(Check::result))
        .as("problem: %s", facts.of(job.uid()).problem())
        .get()
        .isInstanceOfSatisfying(
            Defective.class, found -> assertThat(found.reason()).isEqualTo("CheckpointExpired"));
  }

  /** Waits until the silent store was asked, and hangs up after {@code then}. */
  private void asked(Runnable then) throws IOException {
    silent.setSoTimeout(PATIENCE_MILLIS);
    try (var _ = silent.accept()) {
      then.run();
    }
  }

  private Optional<String> reason() {
    return facts.of(job.uid()).problem().map(Seen::value).map(Problem::reason);
  }

  private Access.Granted silentStore() {
    return storeAt(URI.create("http://127.0.0.1:" + silent.getLocalPort()));
  }

  private Access.Granted storeAt(URI endpoint) {
    var installation =
        new StorageDefaults(
            Optional.of(endpoint), // trusted: else a loopback address would be refused
            "us-east-1",
            Optional.of("bucket"),
            "prefix",
            true,
            StorageDefaults.Entry.DEFAULT);
    stores = new Stores(cluster.client(), installation);
    work =
        new StorageWork(
            stores, facts, _ -> woken.countDown(), Clock.systemUTC(), new OperatorMetrics());
    return new Access.Granted(
        new StorageAccess(
            new StorageLocation(Optional.of(endpoint), "us-east-1", "bucket", "prefix", true),
            Optional.of("keys"),
            new Encryption.BucketDefault(),
            new CaBundle.PublicAuthorities()),
        new Access.Credential.OfJob(job.namespace(), "keys"));
  }
}
