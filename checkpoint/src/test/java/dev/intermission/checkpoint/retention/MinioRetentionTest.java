package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.Cutting;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The collector against a real server; its clock, and not the server's, is days ahead. */
class MinioRetentionTest {

  @TempDir Path folder;
  private final S3ObjectStore store = TestingMinio.open();
  private final Layout layout =
      new Layout("retention", new JobKey("team-a", "digits", UUID.randomUUID().toString()));
  private final List<ManifestRef> saved = new ArrayList<>();

  @BeforeEach
  void saveFive() throws IOException {
    new Seal(store, layout, TestingJob.BUDGET).seal(Optional.empty(), 1, Optional.empty());
    var claim = claim();
    for (var step = 1; step <= 5; step++) {
      claim = save(claim, step);
      saved.add(claim.head().manifest().orElseThrow());
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void expiredCheckpointsGoAndWhatStaysIsWhole() {
    pins(0).pin(pin(saved.get(0)));
    assertThat(sweep(0).marked()).isEqualTo(2);
    var sweep = sweep(2);
    assertThat(sweep.deletedManifests()).isEqualTo(2);
    assertThat(sweep.deletedObjects()).isEqualTo(2);
    assertThat(names(layout.manifests()))
        .containsExactly(saved.get(0).name(), saved.get(3).name(), saved.get(4).name());
    for (var ref : List.of(saved.get(0), saved.get(3), saved.get(4))) {
      assertThat(
              new Verifier(store, layout, TestingJob.BUDGET, Clock.systemUTC())
                  .verify(ref, Mode.READ, Optional.empty()))
          .isInstanceOf(Verification.Verified.class);
    }
    assertThat(names(layout.marks())).isEmpty();
    assertThat(sweep.stock().bytes()).contains(bytes());
  }

  @Test
  void aPurgeLeavesNothingBelowTheJobsPrefix() {
    new Seal(store, layout, TestingJob.BUDGET)
        .seal(new HeadObject(store, layout).read(), 2, Optional.empty());
    var purged = new Purge(store, layout, TestingJob.BUDGET, Clock.systemUTC()).purge();
    assertThat(purged.held()).isEmpty();
    assertThat(names(layout.root())).isEmpty();
  }

  @Test
  void aPurgeSparesWhatAForkHasPinned() {
    pins(0).pin(pin(saved.get(1)));
    var purged = new Purge(store, layout, TestingJob.BUDGET, Clock.systemUTC()).purge();
    assertThat(purged.held()).containsExactly(pin(saved.get(1)));
    assertThat(names(layout.manifests())).containsExactly(saved.get(1).name());
    assertThat(names(layout.chunks())).hasSize(2);
    assertThat(new HeadObject(store, layout).read()).isEmpty();
    assertThat(pins(0).pin(pin(saved.get(1)))).isInstanceOf(PinOutcome.Refused.class);
  }

  private Claim claim() {
    return ((ClaimOutcome.Claimed)
            new Claiming(store, layout, TestingJob.BUDGET).claim(1, "pod-a", Optional.empty()))
        .claim();
  }

  private Claim save(Claim claim, long step) throws IOException {
    var directory = Files.createDirectories(folder.resolve("step-" + step));
    Files.writeString(directory.resolve("weights"), "step " + step);
    Files.writeString(directory.resolve("frozen"), "never changes");
    var tuning =
        new SaveTuning(
            Cutting.apart(1000), 2, TestingJob.GRACE, TestingJob.BUDGET, TestingJob.BUDGET);
    var request = new SaveRequest(step, 0, 1, directory, Optional.empty(), false);
    return new CheckpointWriter(store, layout, tuning, Clock.systemUTC())
        .save(claim, request)
        .claim();
  }

  private Sweep sweep(int daysAhead) {
    return new Retention(store, layout, TestingJob.GRACE, ahead(daysAhead), Set::of)
        .sweep(new KeepRule(2));
  }

  private Pins pins(int daysAhead) {
    return new Pins(store, layout, TestingJob.BUDGET, ahead(daysAhead));
  }

  private static Pin pin(ManifestRef ref) {
    return new Pin(ref.name(), "fork-uid", "TrainingJob/team-a/fork", Optional.empty());
  }

  private static Clock ahead(int days) {
    return Clock.offset(Clock.systemUTC(), Duration.ofDays(days));
  }

  private List<String> names(String prefix) {
    return store.list(prefix).map(object -> object.key().substring(prefix.length())).toList();
  }

  private long bytes() {
    return List.of(layout.chunks(), layout.manifests()).stream()
        .flatMap(store::list)
        .mapToLong(ListedObject::length)
        .sum();
  }
}
