package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final KeepRule TWO = new KeepRule(2);
  private static final Duration LONGER_THAN_GRACE = TestingJob.GRACE.plusMinutes(1);

  @TempDir Path folder;
  private TestingStore store = new TestingStore();
  private TestingJob job;
  private Claim claim;
  private final List<ManifestRef> saved = new ArrayList<>();
  private final Set<String> needed = new HashSet<>();

  @BeforeEach
  void saveFour() {
    job = new TestingJob(store, store.clock(), folder);
    saved.clear();
    job.seal(Optional.empty(), 1, Optional.empty());
    claim = job.claim(1, "pod-a");
    for (var step = 1; step <= 4; step++) {
      claim = job.save(claim, step, "step " + step);
      saved.add(claim.head().manifest().orElseThrow());
    }
  }

  @AfterEach
  void theNewestCheckpointIsWhole() {
    store.heal();
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  @Test
  void theFirstPassOnlyMarksAndOneAfterTheGraceDeletes() {
    store.advance(LONGER_THAN_GRACE);
    assertThat(sweep().deletedManifests()).isZero();
    assertThat(manifests()).hasSize(4);
    store.advance(LONGER_THAN_GRACE);
    var sweep = sweep();
    assertThat(sweep.deletedManifests()).isEqualTo(2);
    assertThat(manifests()).containsExactly(saved.get(2).name(), saved.get(3).name());
    assertThat(marks()).isEmpty();
    assertThat(sweep.deletedObjects()).isEqualTo(2); // their weights; "frozen" is still listed
    assertThat(keys("chunks/")).hasSize(3);
  }

  @Test
  void nothingIsDeletedWithinTheGrace() {
    sweep();
    store.advance(TestingJob.GRACE.minusMinutes(1));
    assertThat(sweep()).isEqualTo(new Sweep(4, 2, 0, 0, 0));
  }

  @Test
  void aPinProtectsAndUnmarks() {
    sweep();
    store.createOnce(
        TestingJob.LAYOUT.pin(saved.get(0).name(), "owner"), Payload.Bytes.of(new byte[] {1}));
    store.advance(LONGER_THAN_GRACE);
    sweep();
    assertThat(manifests()).contains(saved.get(0).name()).doesNotContain(saved.get(1).name());
    assertThat(marks()).isEmpty();
  }

  @Test
  void whatAReceiptNeedsStays() {
    needed.add(saved.get(1).name());
    pass();
    assertThat(manifests()).contains(saved.get(1).name()).doesNotContain(saved.get(0).name());
  }

  @Test
  void afterARollbackTheChainCountsAndNotTheHighestSteps() {
    job.seal(job.head(), 2, Optional.of(new Rollback("r", saved.get(1))));
    pass();
    assertThat(manifests()).hasSize(4); // 1 and 2 are HEAD's chain, 3 and 4 stay for a week
    store.advance(Retention.ABANDONED);
    pass();
    assertThat(manifests()).containsExactly(saved.get(0).name(), saved.get(1).name());
  }

  @Test
  void anOrphanOfADeadSaveGoesAfterTheGraceOnceNobodyCanCommitItAnyMore() {
    var orphan = orphanOfStep5();
    store.advance(LONGER_THAN_GRACE);
    sweep();
    assertThat(store.keys()).contains(orphan); // its pod may still try again
    job.seal(2);
    sweep();
    assertThat(store.keys()).doesNotContain(orphan);
  }

  @Test
  void anOrphanGoesOnceItsOwnPodIsPastItsStep() {
    var orphan = orphanOfStep5();
    claim = job.save(claim, 6, "step 6");
    store.advance(LONGER_THAN_GRACE);
    sweep();
    assertThat(store.keys()).doesNotContain(orphan);
  }

  @Test
  void whatASaveSentBeforeItStoodStillForAWeekIsStillThereWhenItGoesOn() {
    store.before(4, () -> later(2)); // note, parent, chunk, manifest, and weeks before the commit
    claim = job.save(claim, 5, "step 5");
    assertThat(job.head().orElseThrow().head().step()).isEqualTo(5);
  }

  private void later(int passes) {
    for (var pass = 0; pass < passes; pass++) {
      store.advance(Retention.ABANDONED.plusDays(1));
      sweep();
    }
  }

  private String orphanOfStep5() {
    store.fail(3, Fault.DIE_BEFORE); // note, parent, chunk, then the manifest
    var request = job.request(5, "never committed");
    assertThatThrownBy(() -> job.writer().save(claim, request)).isInstanceOf(ProcessDied.class);
    return keys("chunks/").stream().filter(key -> key.endsWith("-5-1-2")).findFirst().orElseThrow();
  }

  @Test
  void withoutHeadNothingIsDeleted() {
    sweep();
    store.advance(LONGER_THAN_GRACE.plusDays(30));
    var head = store.bytes(TestingJob.LAYOUT.head());
    store.remove(TestingJob.LAYOUT.head());
    assertThat(sweep()).isEqualTo(Sweep.NOTHING);
    store.overwrite(TestingJob.LAYOUT.head(), head);
  }

  @Test
  void aSweepMayDieAtEveryCallAndTheNextOneFinishes() {
    for (var cut = 0; ; cut++) {
      store = new TestingStore();
      saveFour();
      sweep();
      store.advance(LONGER_THAN_GRACE);
      store.fail(cut, cut % 2 == 0 ? Fault.DIE_BEFORE : Fault.DIE_AFTER);
      try {
        sweep();
        break; // it ended before the cut
      } catch (ProcessDied e) {
        store.heal();
        Invariants.hold(store, TestingJob.LAYOUT);
        sweep();
        store.advance(LONGER_THAN_GRACE);
        sweep();
        assertThat(manifests())
            .as("cut " + cut)
            .containsExactly(saved.get(2).name(), saved.get(3).name());
        assertThat(keys("chunks/")).as("cut " + cut).hasSize(3);
      }
    }
  }

  @Test
  void fewerThanTwoAreNotKeptOnRequest() {
    assertThatThrownBy(() -> new KeepRule(1)).hasMessageContaining("spec.checkpoint.keep.last");
  }

  private void pass() {
    sweep();
    store.advance(LONGER_THAN_GRACE);
    sweep();
  }

  private Sweep sweep() {
    return new Retention(store, TestingJob.LAYOUT, TestingJob.GRACE, store.clock(), () -> needed)
        .sweep(TWO);
  }

  private List<String> manifests() {
    return keys("manifests/").stream()
        .map(key -> key.substring(TestingJob.LAYOUT.manifests().length()))
        .toList();
  }

  private List<String> marks() {
    return keys("marks/");
  }

  private List<String> keys(String folder) {
    return store.keys().stream()
        .filter(key -> key.startsWith(TestingJob.LAYOUT.root() + folder))
        .toList();
  }
}
