package dev.intermission.checkpoint.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.fork.ForkOutcome.Refused;
import dev.intermission.checkpoint.fork.ForkOutcome.Taken;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome.Sealed;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Purge;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job begins from another job's checkpoint, in the same bucket or in another one. */
class ForkTest {

  private static final Layout THEIRS = new Layout("a", new JobKey("team-a", "digits", "uid-a"));
  private static final Layout OURS = new Layout("b/c", new JobKey("team-a", "tuned", "uid-b"));
  private static final String OWNER = "trainingjob/team-a/tuned";

  /** Calls of the origin's store before its manifest is read: quarantine, pin, four looks. */
  private static final int PINNED = 6;

  private final TestingStore far = new TestingStore();
  private final TestingStore near = new TestingStore();
  @TempDir private Path folder;
  private Origin origin;

  @BeforeEach
  void trainTheOrigin() {
    seal(far, THEIRS);
    var saved = save(far, THEIRS, 7, "seven", true);
    origin = new Origin(far, THEIRS, saved);
  }

  @Test
  void copyIsAnOrdinaryCheckpointOfOurs() {
    var taken = (Taken) take();
    var sealed = sealedOnto(taken, Optional.empty(), 1);
    far.keys().forEach(far::remove); // nothing of the origin is needed any more

    assertThat(restored(taken).resolve("weights")).hasContent("seven");
    assertThat(restored(taken).resolve("frozen")).hasContent("never changes");
    assertThat(sealed.head().step()).isEqualTo(7);
    assertThat(near.keys()).allMatch(key -> key.startsWith(OURS.root()));
    assertThat(scratch()).isEmptyDirectory();
  }

  @Test
  void copyOfAFinishedTrainingIsNotFinished() {
    var copy = new ManifestStore(near, OURS).read(((Taken) take()).to());

    assertThat(copy.finished()).isFalse();
    assertThat(copy.parent()).isEmpty();
    assertThat(copy.requestId()).isEmpty();
    assertThat(copy.job()).isEqualTo(OURS.job());
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
  void copyThatDiedInTheMiddleSendsOnlyTheRest() {
    near.fail(13, Fault.DENY); // the manifest, after two calls for each of six chunks
    assertThatThrownBy(this::take).isInstanceOf(StoreException.AccessDenied.class);
    var log = near.log().size();

    assertThat(take()).isInstanceOf(Taken.class);
    assertThat(near.log().subList(log, near.log().size()))
        .noneMatch(call -> call.contains("create") && call.contains("/chunks/"));
  }

  @Test
  void nextSaveTakesOverTheChunksOfTheCopy() {
    sealedOnto((Taken) take(), Optional.empty(), 1);

    var saved = save(near, OURS, 8, "eight", false);

    assertThat(chunks("frozen", saved)).isNotEmpty().allMatch(key -> key.endsWith("-7-1-1"));
    assertThat(chunks("weights", saved)).isNotEmpty().noneMatch(key -> key.endsWith("-7-1-1"));
  }

  @Test
  void originIsKeptWhileItIsCopiedAndLetGoAfterwards() {
    far.fail(PINNED, Fault.DENY);
    assertThatThrownBy(this::take).isInstanceOf(StoreException.AccessDenied.class);
    save(far, THEIRS, 8, "eight", false);
    save(far, THEIRS, 9, "nine", false);
    sweepFor(10);
    assertThat(Origin.find(far, THEIRS, 7)).contains(origin);

    assertThat(take()).isInstanceOf(Taken.class);
    fork().release(origin);
    sweepFor(10);
    assertThat(Origin.find(far, THEIRS, 7)).isEmpty();
  }

  @Test
  void forgottenPinEndsByItself() {
    take();
    save(far, THEIRS, 8, "eight", false);
    save(far, THEIRS, 9, "nine", false);

    sweepFor(20);

    assertThat(far.keys()).noneMatch(key -> key.startsWith(THEIRS.pins()));
    assertThat(Origin.find(far, THEIRS, 7)).isEmpty();
  }

  @Test
  void copyThatIsTakenUpAfterItsPinExpiredPinsAnew() {
    take();
    far.advance(Duration.ofDays(15));

    assertThat(take()).isInstanceOf(Taken.class);
  }

  @Test
  void releaseTouchesNoPinOfOthers() {
    take();
    var other = THEIRS.pin(origin.manifest().name(), "uid-c.2026-11-24");
    far.overwrite(other, new byte[0]);

    fork().release(origin);

    assertThat(far.keys().stream().filter(key -> key.startsWith(THEIRS.pins())))
        .containsExactly(other);
  }

  @Test
  void checkpointThatIsAboutToBeDeletedIsRefused() {
    far.overwrite(THEIRS.mark(origin.manifest().name()), new byte[0]);

    assertThat(take())
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.why()).contains("about to be deleted"));
    assertThat(near.keys()).isEmpty();
    assertThat(far.keys()).noneMatch(key -> key.startsWith(THEIRS.pins()));
  }

  @Test
  void quarantinedCheckpointIsRefusedAndNotFound() {
    new Quarantines(far, THEIRS, TestingJob.BUDGET)
        .add(
            origin.manifest().name(),
            Quarantine.damaged("chunk 1 is gone.", far.clock().instant()));

    assertThat(take())
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.why()).contains("chunk 1 is gone"));
    assertThat(near.keys()).isEmpty();
    assertThat(Origin.find(far, THEIRS, 7)).isEmpty();
  }

  @Test
  void damagedChunkOfTheOriginIsNeverCopied() {
    var chunk = far.keys().stream().filter(key -> key.contains("/chunks/")).findFirst();
    far.overwrite(chunk.orElseThrow(), new byte[far.bytes(chunk.get()).length]);

    assertThatThrownBy(this::take)
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining("team-a/digits")
        .hasMessageContaining(chunk.get());
    assertThat(near.keys()).noneMatch(key -> key.startsWith(OURS.manifests()));
    assertThat(scratch()).isEmptyDirectory();
  }

  @Test
  void originThatMayOnlyBeReadIsCopiedUnpinned() {
    far.fail(1, Fault.DENY); // the pin

    assertThat(take()).isInstanceOf(Taken.class);
    assertThat(far.keys()).noneMatch(key -> key.startsWith(THEIRS.pins()));
    far.fail(0, Fault.DENY);
    fork().release(origin);
  }

  @Test
  void sweepsOfOursSpareACopyThatHeadDoesNotNameYet() {
    seal(near, OURS);
    save(near, OURS, 1, "one", false);
    var verified = head();
    var taken = (Taken) fork().take(origin, OWNER, verified, 2);
    for (var day = 0; day < 20; day++) {
      near.advance(Duration.ofDays(1));
      sweep(near, OURS);
    }

    sealedOnto(taken, verified, 2);
    assertThat(restored(taken).resolve("weights")).hasContent("seven");
  }

  @Test
  void copyThatNobodySealedOntoGoesOnceItsTokenIsOver() {
    seal(near, OURS);
    var taken = (Taken) fork().take(origin, OWNER, head(), 2);
    new Seal(near, OURS, TestingJob.BUDGET).seal(head(), 3, Optional.empty());
    save(near, OURS, 1, "one", false);
    for (var day = 0; day < 20; day++) {
      near.advance(Duration.ofDays(1));
      sweep(near, OURS);
    }

    assertThat(near.keys())
        .isNotEmpty()
        .noneMatch(key -> key.contains(taken.to().name()) || key.endsWith("-7-2-2"));
  }

  @Test
  void purgeOfTheOriginSparesWhatIsBeingCopied() {
    far.fail(PINNED, Fault.DENY);
    assertThatThrownBy(this::take).isInstanceOf(StoreException.AccessDenied.class);

    new Purge(far, THEIRS, TestingJob.BUDGET, far.clock()).purge();

    assertThat(
            new CheckpointReader(far, THEIRS, TestingJob.BUDGET, far.clock())
                .restore(origin.manifest(), 0, folder.resolve("theirs"))
                .files())
        .isEqualTo(2);
  }

  @Test
  void checkpointThatHeadDescendsFromIsFoundBeforeALaterOneOffTheChain() {
    new Seal(far, THEIRS, TestingJob.BUDGET)
        .seal(new HeadObject(far, THEIRS).read(), 2, Optional.empty());
    var abandoned = save(far, THEIRS, 8, "eight", false);
    new Seal(far, THEIRS, TestingJob.BUDGET)
        .seal(
            new HeadObject(far, THEIRS).read(),
            3,
            Optional.of(new Rollback("back", origin.manifest())));
    assertThat(Origin.find(far, THEIRS, 8).map(Origin::manifest)).contains(abandoned);

    var again = save(far, THEIRS, 8, "eight again", false);

    assertThat(Origin.find(far, THEIRS, 8).map(Origin::manifest)).contains(again);
    assertThat(Origin.newest(far, THEIRS).map(Origin::manifest)).contains(again);
    assertThat(Origin.find(far, THEIRS, 9)).isEmpty();
  }

  private Fork fork() {
    return new Fork(near, OURS, TestingJob.BUDGET, new Scratch(scratch(), 2), far.clock());
  }

  private Path scratch() {
    return folder.resolve("scratch");
  }

  private ForkOutcome take() {
    return fork().take(origin, OWNER, Optional.empty(), 1);
  }

  private Optional<HeadSnapshot> head() {
    return new HeadObject(near, OURS).read();
  }

  private HeadSnapshot sealedOnto(Taken taken, Optional<HeadSnapshot> verified, long run) {
    var rollback = Optional.of(new Rollback("fork", taken.to()));
    var outcome = new Seal(near, OURS, TestingJob.BUDGET).seal(verified, run, rollback);
    return ((Sealed) outcome).head();
  }

  private Path restored(Taken taken) {
    var target = folder.resolve("restored");
    if (Files.exists(target)) return target;
    new CheckpointReader(near, OURS, TestingJob.BUDGET, near.clock())
        .restore(taken.to(), 0, target);
    return target;
  }

  private List<String> chunks(String path, ManifestRef saved) {
    return new ManifestStore(near, OURS)
        .read(saved).parts().getFirst().files().stream()
            .filter(file -> file.path().equals(path))
            .flatMap(file -> file.chunks().stream())
            .map(chunk -> chunk.key())
            .toList();
  }

  private static void seal(TestingStore store, Layout layout) {
    new Seal(store, layout, TestingJob.BUDGET).seal(Optional.empty(), 1, Optional.empty());
  }

  private ManifestRef save(
      TestingStore store, Layout layout, long step, String text, boolean finished) {
    var run = new HeadObject(store, layout).read().orElseThrow().head().run();
    var claimed =
        new Claiming(store, layout, TestingJob.BUDGET).claim(run, "pod-" + run, Optional.empty());
    var tuning = new SaveTuning(4, 1, TestingJob.GRACE, TestingJob.BUDGET, TestingJob.BUDGET);
    var writer = new CheckpointWriter(store, layout, tuning, store.clock());
    var request = new SaveRequest(step, 0, 1, directory(text), Optional.of(3L), finished);
    return writer.save(((ClaimOutcome.Claimed) claimed).claim(), request).manifest();
  }

  private Path directory(String text) {
    try {
      var directory = Files.createDirectories(folder.resolve(text));
      Files.writeString(directory.resolve("weights"), text);
      Files.writeString(directory.resolve("frozen"), "never changes");
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sweepFor(int days) {
    IntStream.range(0, days)
        .forEach(
            _ -> {
              far.advance(Duration.ofDays(1));
              sweep(far, THEIRS);
            });
  }

  private static void sweep(TestingStore store, Layout layout) {
    new Retention(store, layout, TestingJob.GRACE, store.clock(), Set::of).sweep(new KeepRule(2));
  }
}
