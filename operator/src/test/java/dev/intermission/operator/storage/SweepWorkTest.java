package dev.intermission.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.operator.config.StorageDefaults;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.plan.Action.SweepRetention;
import dev.intermission.operator.plan.Action.SweepRetention.Extent;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Upkeep.Swept;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import dev.intermission.operator.testing.TestingMinio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The collector as the operator runs it: a Secret from a real API server, a real MinIO. */
@ApiServerTest
class SweepWorkTest {
  private static final SweepRetention WISH = new SweepRetention(new KeepRule(2), Extent.EVERYTHING);

  @TempDir Path directory;
  private final TestingCluster cluster;
  private final JobKey job;
  private final Layout layout;
  private final StorageFacts facts = new StorageFacts();
  private TestingMinio minio;
  private S3ObjectStore store;
  private Stores stores;

  SweepWorkTest(TestingCluster cluster) {
    this.cluster = cluster;
    this.job = new JobKey(cluster.namespace(), "digits", "uid-1");
    this.layout = new Layout("intermission", job);
  }

  @BeforeEach
  void saveThree() throws IOException {
    minio = TestingMinio.start(directory.resolve("minio"));
    store = minio.open();
    stores =
        new Stores(
            cluster.client(),
            new StorageDefaults(
                Optional.of(minio.endpoint()),
                "us-east-1",
                Optional.of(TestingMinio.BUCKET),
                "intermission",
                true,
                StorageDefaults.Entry.DEFAULT));
    cluster.keys(
        job.namespace(), TestingMinio.ROOT.accessKeyId(), TestingMinio.ROOT.secretAccessKey());
    new Seal(store, layout, RetryBudget.QUICK).seal(Optional.empty(), 1, Optional.empty());
    var claim =
        ((ClaimOutcome.Claimed)
                new Claiming(store, layout, RetryBudget.QUICK).claim(1, "pod", Optional.empty()))
            .claim();
    var writer = new CheckpointWriter(store, layout, SaveTuning.STANDARD, Clock.systemUTC());
    for (var step = 1; step <= 3; step++) {
      var folder = Files.createDirectory(directory.resolve("step-" + step));
      Files.writeString(folder.resolve("weights"), "step " + step);
      var request = new SaveRequest(step, 0, 1, folder, Optional.empty(), false);
      claim = writer.save(claim, request).claim();
    }
  }

  @AfterEach
  void stop() {
    stores.close();
    store.close();
    minio.close();
  }

  @Test
  void whatIsStoredAndWhatGoesNextBecomesAFact() {
    var sweep = ((Swept.Done) sweep()).sweep();

    assertThat(sweep.stock().count()).isEqualTo(3);
    assertThat(sweep.stock().expiring()).isEqualTo(1);
    assertThat(sweep.stock().next().orElseThrow().step()).isEqualTo(1);
    assertThat(sweep.stock().bytes()).isPresent();
  }

  @Test
  void aDamagedCheckpointBlocksTheSweepAndIsNoTroubleOfTheStorage() {
    var newest = store.list(layout.manifests()).reduce((_, last) -> last).orElseThrow().key();
    var good = store.read(newest).orElseThrow();
    store.swap(newest, new SwapCondition.IfMatch(good.etag()), new byte[] {1});

    var blocked = (Swept.Blocked) sweep();

    assertThat(blocked.problem().reason()).isEqualTo("Damaged");
    assertThat(blocked.problem().message()).contains("No checkpoint is deleted");
    assertThat(facts.of(job.uid()).problem()).isEmpty();
    assertThat(store.list(layout.marks())).isEmpty();
  }

  private Swept sweep() {
    var location =
        new StorageLocation(
            Optional.of(minio.endpoint()), "us-east-1", TestingMinio.BUCKET, "intermission", true);
    var granted =
        new Access.Granted(
            new StorageAccess(
                location,
                Optional.of("keys"),
                new Encryption.BucketDefault(),
                new CaBundle.PublicAuthorities()),
            new Access.Credential.OfJob(job.namespace(), "keys"));
    var work = new StorageWork(stores, facts, _ -> {}, Clock.systemUTC(), new OperatorMetrics());

    work.sweep(job, granted, WISH, Set::of);

    return await()
        .until(() -> facts.of(job.uid()).upkeep().swept().map(Seen::value), Optional::isPresent)
        .orElseThrow();
  }
}
