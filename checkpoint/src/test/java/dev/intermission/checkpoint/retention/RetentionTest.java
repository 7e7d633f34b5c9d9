package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
    var sweep = sweep();
    assertThat(sweep.kept()).isEqualTo(4);
    assertThat(sweep.marked()).isEqualTo(2);
    assertThat(sweep.deletedManifests()).isZero();
    assertThat(sweep.deletedObjects()).isZero();
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
    pass(); // 1 and 2 are HEAD's chain; 3 and 4 are seen to be off it
    store.advance(Judgement.ABANDONED.minusDays(1));
    pass();
    assertThat(manifests()).as("stay for a week").hasSize(4);
    pass();
    assertThat(manifests()).containsExactly(saved.get(0).name(), saved.get(1).name());
    assertThat(keys("retention/")).isEmpty();
  }

  @Test
  void anAbandonedCheckpointThatWasOldAlreadyStaysForAWeekAllTheSame() {
    store.advance(Duration.ofDays(60)); // paused for long, and then rolled back
    job.seal(job.head(), 2, Optional.of(new Rollback("r", saved.get(1))));
    sweep();
    store.advance(Judgement.ABANDONED.minusHours(1));
    sweep();
    assertThat(marks()).isEmpty();
    store.advance(Duration.ofHours(2));
    sweep();
    assertThat(marks()).hasSize(2);
  }

  @Test
  void aCheckpointThatIsOnTheChainAgainIsNotAbandonedAnyMore() {
    store.advance(LONGER_THAN_GRACE);
    job.seal(job.head(), 2, Optional.of(new Rollback("back", saved.get(2))));
    sweep();
    assertThat(keys("retention/abandoned/")).hasSize(1);
    job.seal(job.head(), 3, Optional.of(new Rollback("forth", saved.get(3))));
    sweep();
    assertThat(keys("retention/abandoned/")).isEmpty();
  }

  /** A pause at a step that was saved: a manifest of the same chunks, which answers the request. */
  @Test
  void twoCheckpointsOfOneStepCountOnce() {
    saveAgain(4);
    pass();
    assertThat(steps()).containsExactly(3L, 4L, 4L);
    saveAgain(4);
    pass();
    assertThat(steps()).as("however often").containsExactly(3L, 4L, 4L, 4L);
    save(5);
    pass();
    assertThat(steps()).containsExactly(4L, 4L, 4L, 5L);
    save(6);
    pass();
    assertThat(steps()).containsExactly(5L, 6L);
  }

  @Test
  void oneOfTwoCheckpointsOfAStepThatIsDamagedLeavesTheOtherToCount() {
    saveAgain(4);
    quarantine(saved.get(3));
    pass();
    assertThat(manifests()).contains(saved.get(2).name(), saved.get(4).name());
    assertThat(steps()).doesNotContain(1L, 2L);
  }

  @Test
  void bothCheckpointsOfAStepAreWantedAgainByALongerRule() {
    save(5);
    saveAgain(5);
    for (var step : new long[] {6, 7}) save(step);
    sweep();
    assertThat(marks()).hasSize(6);
    pass(new KeepRule(3));
    assertThat(steps()).containsExactly(5L, 5L, 6L, 7L);
    assertThat(marks()).isEmpty();
  }

  @Test
  void everyKthStepStaysAlsoWhenTheChainBetweenIsGone() {
    var rule = new KeepRule(2, Optional.of(10L));
    for (var step : new long[] {9, 10, 11, 25, 26, 27, 28}) save(step);
    sweep(rule);
    store.advance(LONGER_THAN_GRACE);
    sweep(rule);
    assertThat(steps()).containsExactly(10L, 25L, 27L, 28L);
    for (var step : new long[] {29, 34, 35, 36}) save(step);
    for (var days = 0; days < 30; days++) {
      sweep(rule);
      store.advance(LONGER_THAN_GRACE);
    }
    assertThat(steps()).containsExactly(10L, 25L, 34L, 35L, 36L);
    assertThat(marks()).isEmpty();
  }

  @Test
  void milestonesGoWhenTheRuleIsGone() {
    var rule = new KeepRule(2, Optional.of(10L));
    for (var step : new long[] {10, 11, 20, 21, 22}) save(step);
    for (var days = 0; days < 3; days++) {
      sweep(rule);
      store.advance(LONGER_THAN_GRACE);
    }
    assertThat(steps()).containsExactly(10L, 20L, 21L, 22L);
    for (var days = 0; days < 10; days++) {
      sweep();
      store.advance(LONGER_THAN_GRACE);
    }
    assertThat(steps()).containsExactly(21L, 22L);
    assertThat(keys("retention/")).isEmpty();
  }

  @Test
  void aMilestoneThatARollbackAbandonedIsNoneAnyMore() {
    var rule = new KeepRule(2, Optional.of(10L));
    for (var step : new long[] {10, 11, 20, 21, 22, 23}) save(step);
    for (var days = 0; days < 3; days++) {
      sweep(rule);
      store.advance(LONGER_THAN_GRACE);
    }
    assertThat(steps()).containsExactly(10L, 20L, 22L, 23L);
    job.seal(job.head(), 2, Optional.of(new Rollback("r", named(10))));
    claim = job.claim(2, "pod-b");
    sweep(rule);
    for (var step : new long[] {21, 22, 23, 24}) save(step);
    for (var days = 0; days < 12; days++) {
      sweep(rule);
      store.advance(LONGER_THAN_GRACE);
    }
    assertThat(steps()).containsExactly(10L, 21L, 23L, 24L);
  }

  @Test
  void aDamagedCheckpointDoesNotCountAndGoesAfterAWeek() {
    quarantine(saved.get(3));
    job.seal(job.head(), 2, Optional.of(new Rollback("quarantine", saved.get(2))));
    claim = job.claim(2, "pod-b");
    pass();
    assertThat(manifests()).contains(saved.get(3).name()).doesNotContain(saved.get(0).name());
    store.advance(Judgement.ABANDONED);
    pass();
    assertThat(manifests()).containsExactly(saved.get(1).name(), saved.get(2).name());
    assertThat(keys("quarantine/")).isEmpty();
  }

  @Test
  void anUnreadableLinkOfTheChainThatIsQuarantinedHidesNothingBelowIt() {
    save(5);
    quarantine(saved.get(3));
    store.overwrite(TestingJob.LAYOUT.manifest(saved.get(3).name()), new byte[] {1});
    pass();
    assertThat(manifests()).contains(saved.get(2).name(), saved.get(4).name());
    assertThat(manifests()).doesNotContain(saved.get(0).name(), saved.get(1).name());
  }

  @Test
  void aDamagedCheckpointThatNobodyLookedAtYetStopsTheSweep() {
    sweep();
    store.advance(LONGER_THAN_GRACE);
    var good = store.bytes(TestingJob.LAYOUT.manifest(saved.get(2).name()));
    store.overwrite(TestingJob.LAYOUT.manifest(saved.get(2).name()), new byte[] {1});
    var before = store.keys();
    assertThatThrownBy(this::sweep).isInstanceOf(StoreException.Damaged.class);
    assertThat(store.keys()).isEqualTo(before);
    store.overwrite(TestingJob.LAYOUT.manifest(saved.get(2).name()), good);
  }

  @Test
  void aHeadWhoseManifestIsGoneStopsTheSweep() {
    sweep();
    store.advance(LONGER_THAN_GRACE);
    var key = TestingJob.LAYOUT.manifest(saved.get(3).name());
    var good = store.bytes(key);
    store.remove(key);
    var before = store.keys();
    assertThatThrownBy(this::sweep)
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining("is gone");
    assertThat(store.keys()).isEqualTo(before);
    store.overwrite(key, good);
  }

  @Test
  void aStepThatAForkWillStartFromStays() {
    needed.add(Layout.namePrefix(1));
    pass();
    assertThat(steps()).containsExactly(1L, 3L, 4L);
  }

  @Test
  void nobodyIsAskedWhatHeNeedsWhenNothingWouldGo() {
    var asked = new AtomicInteger();
    var retention =
        new Retention(
            store,
            TestingJob.LAYOUT,
            TestingJob.GRACE,
            store.clock(),
            () -> {
              asked.incrementAndGet();
              return Set.of();
            });
    retention.sweep(new KeepRule(4));
    assertThat(asked).hasValue(0);
    retention.sweep(TWO);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aLookThatFindsNothingToDoCostsSixCallsAndOneForEachThatStays() {
    sweep(); // marks
    store.advance(Duration.ofHours(1));
    var calls = store.calls();
    retention().expire(TWO);
    assertThat(store.calls() - calls).as(store.log().toString()).isEqualTo(6 + 2);
  }

  @Test
  void theFiguresSayWhatIsThereAndWhatGoesNext() {
    var sweep = sweep();
    var at = store.clock().instant().plus(TestingJob.GRACE);
    assertThat(sweep.stock().oldestStep()).contains(1L);
    assertThat(sweep.stock().next()).contains(new Stock.NextToGo(1, at));
    var bytes =
        store.keys().stream()
            .filter(key -> key.contains("/chunks/") || key.contains("/manifests/"))
            .mapToLong(key -> store.bytes(key).length)
            .sum();
    assertThat(sweep.stock().bytes()).contains(bytes);
    assertThat(retention().expire(TWO).stock().bytes()).isEmpty();
  }

  @Test
  void aSweepThatStandsStillWhileAnotherUnmarksDeletesNothingThatIsPinnedMeanwhile() {
    var first = saved.get(0).name();
    sweep();
    store.advance(LONGER_THAN_GRACE);
    // The sweep has announced and looked for pins; then another one takes its mark away, for a pin
    // that is gone by now, and somebody pins in the moment before the deletion.
    var outcome = new ArrayList<PinOutcome>();
    store.before(
        callsUntil("delete " + TestingJob.LAYOUT.manifest(first)),
        () -> {
          store.delete(TestingJob.LAYOUT.mark(first));
          outcome.add(
              pins().pin(new Pin(first, "fork-uid", "TrainingJob/a/fork", Optional.empty())));
        });
    sweep();
    assertThat(outcome).singleElement().isInstanceOf(PinOutcome.Refused.class);
    assertThat(manifests()).doesNotContain(first);
    sweep();
    assertThat(keys("pins/")).isEmpty();
    assertThat(marks()).isEmpty();
  }

  @Test
  void aPinThatHasExpiredDelaysNothing() {
    var first = saved.get(0).name();
    var end = Optional.of(store.clock().instant().plusSeconds(60));
    pins().pin(new Pin(first, "fork-uid", "TrainingJob/a/fork", end));
    store.advance(Duration.ofSeconds(61));
    sweep();
    assertThat(marks()).anyMatch(mark -> mark.endsWith(first));
  }

  @Test
  void aQuarantinedCheckpointStaysForAsLongAsHeadNamesIt() {
    var head = saved.getLast();
    job.seal(2);
    quarantine(head);
    later(3);
    assertThat(manifests()).contains(head.name());
  }

  @Test
  void aPinThatCameBeforeTheAnnouncementIsSeenInTheLastLook() {
    var first = saved.get(0).name();
    beforeItIsAnnounced(
        first,
        () -> {
          store.delete(TestingJob.LAYOUT.mark(first)); // another sweep, for a pin that is gone
          var pin = new Pin(first, "fork-uid", "TrainingJob/a/fork", Optional.empty());
          assertThat(pins().pin(pin)).isInstanceOf(PinOutcome.Pinned.class);
        });
    assertThat(manifests()).contains(first);
  }

  @Test
  void aReceiptThatCameBeforeTheAnnouncementIsSeenInTheLastLook() {
    var first = saved.get(0).name();
    beforeItIsAnnounced(first, () -> needed.add(first));
    assertThat(manifests()).contains(first);
  }

  @Test
  void aRollbackThatCameBeforeTheAnnouncementIsSeenInTheLastLook() {
    var first = saved.get(0);
    beforeItIsAnnounced(
        first.name(), () -> job.seal(job.head(), 2, Optional.of(new Rollback("back", first))));
    assertThat(job.head().orElseThrow().head().manifest()).contains(first);
    assertThat(manifests()).contains(first.name());
  }

  /** Lets {@code event} happen when a sweep has judged the manifest and not yet announced it. */
  private void beforeItIsAnnounced(String manifest, Runnable event) {
    sweep();
    store.advance(LONGER_THAN_GRACE);
    store.before(callsUntil("create " + TestingJob.LAYOUT.lastCall(manifest)), event);
    sweep();
  }

  @Test
  void anAnnouncementOfASweepThatDiedIsTakenBackOnceThePinnedManifestIsSafe() {
    var first = saved.get(0).name();
    sweep();
    store.advance(LONGER_THAN_GRACE);
    store.createOnce(TestingJob.LAYOUT.lastCall(first), Payload.Bytes.of(new byte[0]));
    needed.add(first);
    sweep();
    var pin = new Pin(first, "fork-uid", "TrainingJob/a/fork", Optional.empty());
    assertThat(pins().pin(pin)).isInstanceOf(PinOutcome.Refused.class);
    store.advance(LONGER_THAN_GRACE);
    sweep();
    assertThat(pins().pin(pin)).isInstanceOf(PinOutcome.Pinned.class);
  }

  @Test
  void markAndNotesOfAManifestThatIsGoneAreRemoved() {
    save(10);
    for (var key :
        List.of(
            TestingJob.LAYOUT.mark(saved.get(0).name()),
            TestingJob.LAYOUT.lastCall(saved.get(0).name()),
            Notes.abandonedKey(TestingJob.LAYOUT, saved.get(0).name()),
            Notes.milestoneKey(TestingJob.LAYOUT, saved.get(0).name(), 0),
            TestingJob.LAYOUT.pin(saved.get(0).name(), "owner"))) {
      store.createOnce(key, Payload.Bytes.of(new byte[0]));
    }
    store.remove(TestingJob.LAYOUT.manifest(saved.get(0).name()));
    store.remove(TestingJob.LAYOUT.manifest(saved.get(1).name()));
    sweep(new KeepRule(3));
    assertThat(store.keys()).filteredOn(key -> key.contains(saved.get(0).name())).isEmpty();
  }

  @Test
  void aPartOfASaveGoesAfterTheGrace() {
    var part = TestingJob.LAYOUT.parts() + "3-1-2/0-pod-0123456789abcdef.json";
    store.createOnce(part, Payload.Bytes.of(new byte[3]));
    sweep(new KeepRule(4));
    assertThat(store.keys()).contains(part);
    store.advance(LONGER_THAN_GRACE);
    assertThat(sweep(new KeepRule(4)).deletedObjects()).isEqualTo(1);
    assertThat(store.keys()).doesNotContain(part);
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
      store.advance(Judgement.ABANDONED.plusDays(1));
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
    pass(TWO);
  }

  private void pass(KeepRule rule) {
    sweep(rule);
    store.advance(LONGER_THAN_GRACE);
    sweep(rule);
  }

  private Sweep sweep() {
    return sweep(TWO);
  }

  private Sweep sweep(KeepRule rule) {
    return retention().sweep(rule);
  }

  private Retention retention() {
    return new Retention(store, TestingJob.LAYOUT, TestingJob.GRACE, store.clock(), () -> needed);
  }

  private Pins pins() {
    return new Pins(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock());
  }

  private void save(long step) {
    claim = job.save(claim, step, "step " + step + " of " + claim.token());
    saved.add(claim.head().manifest().orElseThrow());
  }

  /** What a step has is saved once more, for a request. */
  private void saveAgain(long step) {
    var folder = job.request(step, "step " + step).directory();
    var request = new SaveRequest(step, 0, 1, folder, Optional.of((long) saved.size()), false);
    claim = job.writer().save(claim, request).claim();
    saved.add(claim.head().manifest().orElseThrow());
  }

  private ManifestRef named(long step) {
    return saved.stream().filter(ref -> ref.step() == step).findFirst().orElseThrow();
  }

  private void quarantine(ManifestRef ref) {
    store.createOnce(
        TestingJob.LAYOUT.quarantine(ref.name()),
        Payload.Bytes.of("{}".getBytes(StandardCharsets.UTF_8)));
  }

  /** How many calls a sweep makes, from this moment on, before the one that starts like this. */
  private int callsUntil(String call) {
    var rehearsal = store.copy();
    var before = rehearsal.calls();
    new Retention(rehearsal, TestingJob.LAYOUT, TestingJob.GRACE, rehearsal.clock(), () -> needed)
        .sweep(TWO);
    return IntStream.range(before, rehearsal.calls())
            .filter(i -> rehearsal.log().get(i).contains(call))
            .findFirst()
            .orElseThrow()
        - before;
  }

  private List<Long> steps() {
    return manifests().stream().map(Shelf::step).toList();
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
