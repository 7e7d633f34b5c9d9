package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PurgeTest {

  @TempDir Path folder;
  private TestingStore store = new TestingStore();
  private Claim zombie;
  private TestingJob job;
  private final List<ManifestRef> saved = new ArrayList<>();

  @BeforeEach
  void saveThreeAndSeal() {
    job = new TestingJob(store, store.clock(), folder);
    saved.clear();
    job.seal(Optional.empty(), 1, Optional.empty());
    zombie = job.claim(1, "pod-a");
    for (var step = 1; step <= 3; step++) {
      zombie = job.save(zombie, step, "step " + step);
      saved.add(zombie.head().manifest().orElseThrow());
    }
    job.seal(2);
    for (var key :
        List.of(
            TestingJob.LAYOUT.mark(saved.get(0).name()),
            TestingJob.LAYOUT.quarantine(saved.get(0).name()),
            TestingJob.LAYOUT.parts() + "1-1-2/0-pod-0123456789abcdef.json",
            Notes.abandonedKey(TestingJob.LAYOUT, saved.get(0).name()),
            TestingJob.LAYOUT.root() + "something/else")) {
      store.createOnce(key, Payload.Bytes.of(new byte[] {1}));
    }
    store.createOnce("team-a/digits/uid-2/HEAD", Payload.Bytes.of(new byte[] {1}));
  }

  @Test
  void everythingOfTheJobGoesAndNothingElse() {
    var objects = store.keys().size();
    var purged = purge();
    assertThat(store.keys()).containsExactly("team-a/digits/uid-2/HEAD");
    assertThat(purged.objects()).isEqualTo(objects - 2); // but HEAD and the other job's
    assertThat(purged.held()).isEmpty();
  }

  @Test
  void headGoesLast() {
    purge();
    assertThat(store.log().getLast()).endsWith("delete " + TestingJob.LAYOUT.head());
  }

  @Test
  void aJobThatNeverSavedIsPurgedToo() {
    store = new TestingStore();
    assertThat(purge().objects()).isZero();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void noWriterCanBringTheJobBack() {
    purge();
    assertThatThrownBy(() -> job.save(zombie, 9, "too late"))
        .isInstanceOf(StoreException.Fenced.class);
    assertThat(store.keys()).doesNotContain(TestingJob.LAYOUT.head());
  }

  @Test
  void whatAForkPinnedStaysWholeAndNothingElse() {
    var pin = pin("fork-uid", Optional.empty());
    assertThat(pins().pin(pin)).isInstanceOf(PinOutcome.Pinned.class);
    var purged = purge();
    assertThat(purged.held()).containsExactly(pin);
    assertThat(store.keys())
        .filteredOn(key -> key.startsWith(TestingJob.LAYOUT.manifests()))
        .containsExactly(TestingJob.LAYOUT.manifest(saved.get(1).name()));
    assertThat(store.keys())
        .filteredOn(key -> key.startsWith(TestingJob.LAYOUT.chunks()))
        .hasSize(2); // its weights, and the frozen ones that it shares
    assertThat(store.keys()).doesNotContain(TestingJob.LAYOUT.head());
    new CheckpointReader(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock())
        .restore(saved.get(1), 0, folder.resolve("fork"));
    assertThat(folder.resolve("fork/weights")).hasContent("step 2");
  }

  @Test
  void expiredPinsAndTheJobsOwnHoldNothing() {
    pins().pin(pin("fork-uid", Optional.of(store.clock().instant().plus(Duration.ofHours(1)))));
    pins().pin(pin(TestingJob.LAYOUT.job().uid(), Optional.empty()));
    store.advance(Duration.ofHours(2));
    assertThat(purge().held()).isEmpty();
    assertThat(store.keys()).containsExactly("team-a/digits/uid-2/HEAD");
  }

  @Test
  void onceThePurgeLookedForPinsNobodyPinsAnyMore() {
    var outcome = new ArrayList<PinOutcome>();
    store.before(
        2, () -> outcome.add(pins().pin(pin("fork-uid", Optional.empty())))); // announced, listed
    purge();
    assertThat(outcome).singleElement().isInstanceOf(PinOutcome.Refused.class);
    assertThat(store.keys()).containsExactly("team-a/digits/uid-2/HEAD");
  }

  @Test
  void aPinnedManifestThatCannotBeReadKeepsEveryChunk() {
    pins().pin(pin("fork-uid", Optional.empty()));
    store.overwrite(TestingJob.LAYOUT.manifest(saved.get(1).name()), new byte[] {1});
    var before = store.keys();
    assertThatThrownBy(this::purge).isInstanceOf(StoreException.Damaged.class);
    assertThat(store.keys()).containsAll(before);
  }

  private Purged purge() {
    return new Purge(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock()).purge();
  }

  private Pins pins() {
    return new Pins(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock());
  }

  private Pin pin(String ownerUid, Optional<Instant> end) {
    return new Pin(saved.get(1).name(), ownerUid, "TrainingJob/team-a/fork", end);
  }
}
