package dev.intermission.checkpoint.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.fork.ForkOutcome.Taken;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Purge;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Over a store in memory: where time passes, calls are counted and fail. */
class ForkTest extends ForkContract<TestingStore> {

  /** Calls of the origin's store before its manifest is read: quarantine, pin, four looks. */
  private static final int PINNED = 6;

  ForkTest() {
    super(new TestingStore(), new TestingStore(), TestingStore::clock);
  }

  @Test
  void nothingIsWrittenOutsideOfOurPrefix() {
    sealedOnto((Taken) take(), Optional.empty(), 1);

    assertThat(near.keys()).isNotEmpty().allMatch(key -> key.startsWith(ours.root()));
  }

  @Test
  void repeatedTakeFindsTheSameCopyWithOneLook() {
    var first = take();
    var before = near.keys();
    var calls = near.calls();

    assertThat(take()).isEqualTo(first);
    assertThat(near.keys()).isEqualTo(before);
    assertThat(near.calls() - calls).isEqualTo(1);
  }

  @Test
  void copyOfACheckpointWithAParentHasNoneAndTheTokenOfTheNextSeal() {
    origin = new Origin(far, theirs, save(far, theirs, 8, "eight", false));
    seal(near, ours);
    save(near, ours, 1, "one", false);
    var before = head();

    var taken = (Taken) fork().take(origin, OWNER, before, 2);

    assertThat(new ManifestStore(near, ours).read(taken.to()).parent()).isEmpty();
    assertThat(taken.to().token()).isEqualTo(Seal.token(before, 2));
  }

  @Test
  void repeatedTakeOfALaterDayFindsTheSameCopy() {
    var first = take();
    far.advance(Duration.ofDays(1));

    assertThat(take()).isEqualTo(first);
  }

  @Test
  void somethingElseUnderTheKeyOfACopiedChunkIsNotTakenForIt() {
    var taken = (Taken) take();
    near.remove(ours.manifest(taken.to().name()));
    var chunk = near.keys().stream().filter(key -> key.contains("/chunks/")).findFirst();
    near.overwrite(chunk.orElseThrow(), new byte[99]);

    assertThatThrownBy(this::take)
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining(chunk.get());
    assertThat(near.keys()).noneMatch(key -> key.startsWith(ours.manifests()));
  }

  @Test
  void copyThatDiedInTheMiddleSendsOnlyTheRest() {
    near.fail(13, Fault.DENY); // the manifest, after two calls for each of six chunks
    assertThatThrownBy(this::take).isInstanceOf(StoreException.AccessDenied.class);
    var log = near.log().size();

    assertThat(take()).isInstanceOf(Taken.class);
    assertThat(near.log().subList(log, near.log().size()))
        .noneMatch(call -> call.contains("create") && call.contains("/chunks/"));
  }

  @Test
  void originIsKeptWhileItIsCopiedAndLetGoAfterwards() {
    far.fail(PINNED, Fault.DENY);
    assertThatThrownBy(this::take).isInstanceOf(StoreException.AccessDenied.class);
    save(far, theirs, 8, "eight", false);
    save(far, theirs, 9, "nine", false);
    sweepFor(10);
    assertThat(Origin.find(far, theirs, 7)).contains(origin);

    assertThat(take()).isInstanceOf(Taken.class);
    fork().release(origin);
    sweepFor(10);
    assertThat(Origin.find(far, theirs, 7)).isEmpty();
  }

  @Test
  void forgottenPinEndsByItself() {
    take();
    save(far, theirs, 8, "eight", false);
    save(far, theirs, 9, "nine", false);

    sweepFor(20);

    assertThat(far.keys()).noneMatch(key -> key.startsWith(theirs.pins()));
    assertThat(Origin.find(far, theirs, 7)).isEmpty();
  }

  @Test
  void copyThatIsTakenUpAfterItsPinExpiredPinsAnew() {
    take();
    far.advance(Duration.ofDays(15));

    assertThat(take()).isInstanceOf(Taken.class);
  }

  @Test
  void originThatMayOnlyBeReadIsCopiedUnpinned() {
    far.fail(1, Fault.DENY); // the pin

    assertThat(take()).isInstanceOf(Taken.class);
    assertThat(far.keys()).noneMatch(key -> key.startsWith(theirs.pins()));
    far.fail(0, Fault.DENY);
    fork().release(origin);
  }

  @Test
  void sweepsOfOursSpareACopyThatHeadDoesNotNameYet() {
    seal(near, ours);
    save(near, ours, 1, "one", false);
    var verified = head();
    var taken = (Taken) fork().take(origin, OWNER, verified, 2);
    for (var day = 0; day < 20; day++) {
      near.advance(Duration.ofDays(1));
      sweep(near, ours);
    }

    sealedOnto(taken, verified, 2);
    assertThat(restored(taken).resolve("weights")).hasContent("seven");
  }

  @Test
  void copyThatNobodySealedOntoGoesOnceItsTokenIsOver() {
    seal(near, ours);
    var taken = (Taken) fork().take(origin, OWNER, head(), 2);
    new Seal(near, ours, TestingJob.BUDGET).seal(head(), 3, Optional.empty());
    save(near, ours, 1, "one", false);
    for (var day = 0; day < 20; day++) {
      near.advance(Duration.ofDays(1));
      sweep(near, ours);
    }

    assertThat(near.keys())
        .isNotEmpty()
        .noneMatch(key -> key.contains(taken.to().name()) || key.endsWith("-7-2-2"));
  }

  @Test
  void purgeOfTheOriginSparesWhatIsBeingCopied() {
    far.fail(PINNED, Fault.DENY);
    assertThatThrownBy(this::take).isInstanceOf(StoreException.AccessDenied.class);

    new Purge(far, theirs, TestingJob.BUDGET, far.clock()).purge();

    assertThat(
            new CheckpointReader(far, theirs, TestingJob.BUDGET, far.clock())
                .restore(origin.manifest(), 0, folder.resolve("theirs"))
                .files())
        .isEqualTo(2);
  }

  private void sweepFor(int days) {
    IntStream.range(0, days)
        .forEach(
            _ -> {
              far.advance(Duration.ofDays(1));
              sweep(far, theirs);
            });
  }

  private static void sweep(TestingStore store, Layout layout) {
    new Retention(store, layout, TestingJob.GRACE, store.clock(), Set::of).sweep(new KeepRule(2));
  }
}
