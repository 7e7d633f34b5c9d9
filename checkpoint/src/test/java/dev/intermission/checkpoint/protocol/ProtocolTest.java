package dev.intermission.checkpoint.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.protocol.ClaimOutcome.Claimed;
import dev.intermission.checkpoint.protocol.ClaimOutcome.FencedOut;
import dev.intermission.checkpoint.protocol.ClaimOutcome.NotSealedYet;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtocolTest {

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private TestingJob job;

  @BeforeEach
  void sealForTheFirstRun() {
    job = new TestingJob(store, store.clock(), folder);
    assertThat(job.seal(Optional.empty(), 1, Optional.empty()))
        .isInstanceOf(SealOutcome.Sealed.class);
  }

  @AfterEach
  void allInvariantsHold() {
    store.heal();
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  @Test
  void anAgentNeverCreatesHead() {
    var bytes = store.bytes(TestingJob.LAYOUT.head());
    store.remove(TestingJob.LAYOUT.head());
    assertThat(job.tryClaim(1, "pod-a", Optional.empty()))
        .isEqualTo(new NotSealedYet(Optional.empty()));
    assertThat(store.keys()).isEmpty();
    store.overwrite(TestingJob.LAYOUT.head(), bytes);
  }

  @Test
  void anAgentOfALaterRunWaitsForItsSeal() {
    assertThat(job.tryClaim(2, "pod-b", Optional.empty())).isInstanceOf(NotSealedYet.class);
  }

  @Test
  void aZombieOfAnEarlierRunIsFencedByTheSealAlone() {
    var zombie = job.save(job.claim(1, "pod-a"), 1, "one");
    job.seal(2);
    assertThatThrownBy(() -> job.save(zombie, 2, "two"))
        .isInstanceOf(StoreException.Fenced.class)
        .hasMessageContaining("pod-a");
    assertThat(job.tryClaim(1, "pod-a", Optional.of(zombie.token()))).isInstanceOf(FencedOut.class);
    assertThat(job.head().orElseThrow().head().step()).isEqualTo(1);
  }

  @Test
  void aPodTakesItsOwnClaimAfterARestartWithoutANewToken() {
    var first = job.claim(1, "pod-a");
    assertThat(job.tryClaim(1, "pod-a", Optional.of(first.token()))).isEqualTo(new Claimed(first));
  }

  @Test
  void aPodThatClaimedBeforeNeverTakesHeadBackFromItsSuccessor() {
    var first = job.claim(1, "pod-a");
    var second = job.claim(1, "pod-b");
    assertThat(second.token()).isGreaterThan(first.token());
    assertThat(job.tryClaim(1, "pod-a", Optional.of(first.token())))
        .isEqualTo(new FencedOut(Optional.of(first.token()), second.head()));
  }

  @Test
  void aPodThatComesAfterItsRunWasOverClaimsNothing() {
    job.seal(2);
    var sealed = job.head().orElseThrow();

    assertThat(job.tryClaim(1, "pod-late", Optional.empty()))
        .isEqualTo(new FencedOut(Optional.empty(), sealed.head()));
    assertThat(job.head()).contains(sealed);
  }

  @Test
  void aClaimNeverChangesTheCheckpoint() {
    var saved = job.save(job.claim(1, "pod-a"), 5, "five");
    job.seal(2);
    assertThat(job.claim(2, "pod-b").head().manifest()).isEqualTo(saved.head().manifest());
  }

  @Test
  void aLostAnswerAfterTheCommitIsStillOneCommit() {
    var claim = job.claim(1, "pod-a");
    var heads = store.heads().size();
    store.failAfterEffect(3); // two chunks, the manifest, the swap
    assertThat(job.save(claim, 1, "one").head().step()).isEqualTo(1);
    assertThat(store.log()).anyMatch(line -> line.contains("HEAD (LOSE_ANSWER)"));
    assertThat(store.heads()).hasSize(heads + 1);
  }

  @Test
  void aStoreThatLosesEveryAnswerLeavesTheCommitUndecided() {
    var claim = job.claim(1, "pod-a");
    for (var call = 0; call < 100; call++) store.fail(call, Fault.LOSE_REQUEST);
    var ready = job.request(1, "one");
    assertThatThrownBy(() -> job.writer().save(claim, ready)).isInstanceOf(StoreException.class);
  }

  @Test
  void aSwapThatNeverArrivesIsUndecidedAndSaysWhatToDo() {
    var claim = job.claim(1, "pod-a");
    for (var call = 3; call < 100; call++)
      store.fail(call, Fault.LOSE_REQUEST); // two chunks and the manifest arrive
    var ready = job.request(1, "one");
    assertThatThrownBy(() -> job.writer().save(claim, ready))
        .isInstanceOf(StoreException.CommitUndecided.class)
        .hasMessageContaining("Ask again");
  }

  @Test
  void aQuarantineWhoseRequestWasLostIsAskedForAgain() {
    var ref = job.save(job.claim(1, "pod-a"), 1, "one").head().manifest().orElseThrow();
    store.fail(0, Fault.LOSE_REQUEST);

    quarantines().add(ref.name(), Quarantine.damaged("a chunk is gone", Instant.EPOCH));

    assertThat(quarantines().find(ref.name())).isPresent();
  }

  @Test
  void aQuarantineThatNobodyAnswersIsUnknownAndNotTakenForOne() {
    var ref = job.save(job.claim(1, "pod-a"), 1, "one").head().manifest().orElseThrow();
    for (var call = 0; call < 100; call++) store.fail(call, Fault.LOSE_REQUEST);

    assertThatThrownBy(
            () -> quarantines().add(ref.name(), Quarantine.damaged("gone", Instant.EPOCH)))
        .isInstanceOf(StoreException.EndpointUnreachable.class)
        .hasMessageContaining("HEAD was not changed");
    store.heal();
    assertThat(quarantines().find(ref.name())).isEmpty();
  }

  private Quarantines quarantines() {
    return new Quarantines(store, TestingJob.LAYOUT, TestingJob.BUDGET);
  }

  @Test
  void anUnholdRefusesTheSealOfTheHeadThatWasVerified() {
    var held = job.save(job.claim(1, "pod-a"), 1, "one");
    var verified = job.head();
    assertThat(job.unhold().raise(held)).isInstanceOf(UnholdOutcome.Raised.class);
    assertThat(job.seal(verified, 2, Optional.empty())).isInstanceOf(SealOutcome.Overtaken.class);
  }

  @Test
  void aSealRefusesTheUnhold() {
    var held = job.save(job.claim(1, "pod-a"), 1, "one");
    job.seal(2);
    assertThat(job.unhold().raise(held)).isInstanceOf(UnholdOutcome.SealedMeanwhile.class);
  }

  @Test
  void anUnholdWhoseAnswerWasLostIsFoundAndNotRepeated() {
    var held = job.save(job.claim(1, "pod-a"), 1, "one");
    store.failAfterEffect(0);
    assertThat(job.unhold().raise(held))
        .isInstanceOfSatisfying(
            UnholdOutcome.Raised.class,
            raised -> assertThat(raised.claim().head().seq()).isEqualTo(1));
    assertThat(
            job.save(
                    new Claim(job.head().orElseThrow().head(), job.head().orElseThrow().etag()),
                    2,
                    "two")
                .head()
                .step())
        .isEqualTo(2);
  }

  @Test
  void sealingAgainForTheSameRunIsTheSameSeal() {
    job.save(job.claim(1, "pod-a"), 1, "one");
    var verified = job.head();
    var first = job.seal(verified, 2, Optional.empty());
    assertThat(job.seal(verified, 2, Optional.empty())).isEqualTo(first);
    assertThat(job.seal(job.head(), 2, Optional.empty())).isEqualTo(first);
  }

  @Test
  void aSealWhoseAnswerWasLostIsFound() {
    var verified = job.head();
    store.failAfterEffect(0);
    assertThat(job.seal(verified, 2, Optional.empty())).isInstanceOf(SealOutcome.Sealed.class);
  }

  @Test
  void aSealOfAHeadThatIsGoneCreatesNothing() {
    var verified = job.head();
    var bytes = store.bytes(TestingJob.LAYOUT.head());
    store.remove(TestingJob.LAYOUT.head());
    assertThat(job.seal(verified, 2, Optional.empty()))
        .isEqualTo(new SealOutcome.Overtaken(Optional.empty()));
    assertThat(store.keys()).isEmpty();
    store.overwrite(TestingJob.LAYOUT.head(), bytes);
  }

  @Test
  void aFirstSealRefusesAHeadThatIsThere() {
    job.save(job.claim(1, "pod-a"), 1, "one");
    assertThat(job.seal(Optional.empty(), 1, Optional.empty()))
        .isInstanceOf(SealOutcome.Overtaken.class);
  }

  @Test
  void aRollbackIsAppliedOnceAndRemembered() {
    var one = job.save(job.claim(1, "pod-a"), 1, "one");
    job.save(one, 2, "two");
    var back = Optional.of(new Rollback("request-1", one.head().manifest().orElseThrow()));
    job.seal(job.head(), 2, back);
    assertThat(job.head().orElseThrow().head().step()).isEqualTo(1);
    job.save(job.claim(2, "pod-b"), 3, "three");
    job.seal(job.head(), 3, back);
    assertThat(job.head().orElseThrow().head().step()).isEqualTo(3);
    assertThat(job.head().orElseThrow().head().rolledBack()).contains("request-1");
  }

  @Test
  void aRollbackToTheNewestCheckpointIsNotTakenForASealThatDoesNotKnowOfIt() {
    var one = job.save(job.claim(1, "pod-a"), 1, "one");
    var verified = job.head();
    job.seal(2); // another operator, before resumeFrom was set
    var back = Optional.of(new Rollback("request-1", one.head().manifest().orElseThrow()));
    assertThat(job.seal(verified, 2, back)).isInstanceOf(SealOutcome.Overtaken.class);
    job.seal(job.head(), 3, back);
    job.save(job.claim(3, "pod-b"), 2, "two");
    job.seal(job.head(), 4, back);
    assertThat(job.head().orElseThrow().head().step()).isEqualTo(2);
  }

  @Test
  void aSaveThatTookLongerThanHalfTheGraceIsNotCommitted() {
    var claim = job.claim(1, "pod-a");
    var late = new Commit(store, TestingJob.LAYOUT, TestingJob.BUDGET, TestingJob.GRACE);
    var saved = job.save(claim, 1, "one");
    var manifest =
        new dev.intermission.checkpoint.manifest.ManifestStore(store, TestingJob.LAYOUT)
            .read(saved.head().manifest().orElseThrow());
    var next =
        new dev.intermission.checkpoint.manifest.Manifest(
            1,
            manifest.job(),
            2,
            manifest.token(),
            manifest.requestId(),
            true,
            1,
            saved.head().manifest(),
            manifest.createdAt(),
            manifest.parts());
    var old = store.clock().instant().minus(Duration.ofHours(12));
    assertThatThrownBy(() -> late.commit(saved, next, old))
        .isInstanceOf(StoreException.SaveTooOld.class);
    assertThat(job.head().orElseThrow().head().step()).isEqualTo(1);
  }

  @Test
  void aRestartedAgentThatFindsAnOlderFolderDoesNotMoveHeadBack() {
    var claim = job.save(job.claim(1, "pod-a"), 2, "two");
    var result = job.writer().save(claim, job.request(1, "one"));
    assertThat(result.manifest().step()).isEqualTo(2);
    assertThat(result.sentBytes()).isZero();
  }

  @Test
  void headOfANewerFormatIsRefusedAndLeftAlone() {
    var bytes = store.bytes(TestingJob.LAYOUT.head());
    store.overwrite(
        TestingJob.LAYOUT.head(),
        "{\"formatVersion\":2,\"run\":1}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> job.claim(1, "pod-a"))
        .isInstanceOf(StoreException.FormatTooNew.class)
        .hasMessageContaining("Upgrade");
    store.overwrite(TestingJob.LAYOUT.head(), bytes);
  }

  @Test
  void headThatIsNotJsonIsDamaged() {
    var bytes = store.bytes(TestingJob.LAYOUT.head());
    store.overwrite(TestingJob.LAYOUT.head(), "{".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(job::head).isInstanceOf(StoreException.Damaged.class);
    store.overwrite(TestingJob.LAYOUT.head(), bytes);
  }
}
