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
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.Cutting;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.testing.TestingJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job begins from another job's checkpoint: what is true over every store. */
abstract class ForkContract<S extends ObjectStore> {

  static final String OWNER = "trainingjob/team-a/tuned";

  private final String root = "forks/" + UUID.randomUUID();
  final Layout theirs = new Layout(root + "/a", new JobKey("team-a", "digits", "uid-a"));
  final Layout ours = new Layout(root + "/b/c", new JobKey("team-a", "tuned", "uid-b"));
  final S far;
  final S near;
  private final Clock clock;
  @TempDir Path folder;
  Origin origin;

  /**
   * @param far where the origin is
   * @param near where the job that begins is
   * @param clock of the first
   */
  ForkContract(S far, S near, Function<S, Clock> clock) {
    this.far = far;
    this.near = near;
    this.clock = clock.apply(far);
  }

  @BeforeEach
  void trainTheOrigin() {
    seal(far, theirs);
    var saved = save(far, theirs, 7, "seven", true);
    origin = new Origin(far, theirs, saved);
  }

  @Test
  void copyIsAnOrdinaryCheckpointOfOurs() {
    var taken = (Taken) take();
    var sealed = sealedOnto(taken, Optional.empty(), 1);
    keys(theirs).forEach(far::delete); // nothing of the origin is needed any more

    assertThat(restored(taken).resolve("weights")).hasContent("seven");
    assertThat(restored(taken).resolve("frozen")).hasContent("never changes");
    assertThat(sealed.head().step()).isEqualTo(7);
    assertThat(keys(ours)).isNotEmpty();
    assertThat(scratch()).isEmptyDirectory();
  }

  @Test
  void copyOfAFinishedTrainingIsNotFinished() {
    var copy = new ManifestStore(near, ours).read(((Taken) take()).to());

    assertThat(copy.finished()).isFalse();
    assertThat(copy.parent()).isEmpty();
    assertThat(copy.requestId()).isEmpty();
    assertThat(copy.job()).isEqualTo(ours.job());
  }

  @Test
  void nextSaveTakesOverTheChunksOfTheCopy() {
    sealedOnto((Taken) take(), Optional.empty(), 1);

    var saved = save(near, ours, 8, "eight", false);

    assertThat(chunks("frozen", saved)).isNotEmpty().allMatch(key -> key.endsWith("-7-1-1"));
    assertThat(chunks("weights", saved)).isNotEmpty().noneMatch(key -> key.endsWith("-7-1-1"));
  }

  @Test
  void releaseTouchesNoPinOfOthers() {
    take();
    var other = theirs.pin(origin.manifest().name(), "uid-c.2026-11-24");
    create(far, other);

    fork().release(origin);

    assertThat(keys(theirs).stream().filter(key -> key.startsWith(theirs.pins())))
        .containsExactly(other);
  }

  @Test
  void checkpointThatIsAboutToBeDeletedIsRefused() {
    create(far, theirs.mark(origin.manifest().name()));

    assertThat(take())
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.why()).contains("about to be deleted"));
    assertThat(keys(ours)).isEmpty();
    assertThat(keys(theirs)).noneMatch(key -> key.startsWith(theirs.pins()));
  }

  @Test
  void quarantinedCheckpointIsRefusedAndNotFound() {
    new Quarantines(far, theirs, TestingJob.BUDGET)
        .add(origin.manifest().name(), Quarantine.damaged("chunk 1 is gone.", Instant.EPOCH));

    assertThat(take())
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.why()).contains("chunk 1 is gone"));
    assertThat(keys(ours)).isEmpty();
    assertThat(Origin.find(far, theirs, 7)).isEmpty();
  }

  @Test
  void damagedChunkOfTheOriginIsNeverCopied() {
    var chunk = keys(theirs).stream().filter(key -> key.contains("/chunks/")).findFirst();
    overwriteWithZeros(far, chunk.orElseThrow());

    assertThatThrownBy(this::take)
        .isInstanceOf(StoreException.Damaged.class)
        .hasMessageContaining("team-a/digits")
        .hasMessageContaining(chunk.get());
    assertThat(keys(ours)).noneMatch(key -> key.startsWith(ours.manifests()));
    assertThat(scratch()).isEmptyDirectory();
  }

  @Test
  void checkpointThatHeadDescendsFromIsFoundBeforeALaterOneOffTheChain() {
    new Seal(far, theirs, TestingJob.BUDGET)
        .seal(new HeadObject(far, theirs).read(), 2, Optional.empty());
    var abandoned = save(far, theirs, 8, "eight", false);
    new Seal(far, theirs, TestingJob.BUDGET)
        .seal(
            new HeadObject(far, theirs).read(),
            3,
            Optional.of(new Rollback("back", origin.manifest())));
    assertThat(Origin.find(far, theirs, 8).map(Origin::manifest)).contains(abandoned);

    var again = save(far, theirs, 8, "eight again", false);

    assertThat(Origin.find(far, theirs, 8).map(Origin::manifest)).contains(again);
    assertThat(Origin.newest(far, theirs).map(Origin::manifest)).contains(again);
    assertThat(Origin.find(far, theirs, 9)).isEmpty();
  }

  Fork fork() {
    return new Fork(near, ours, TestingJob.BUDGET, new Scratch(scratch(), 2), clock);
  }

  Path scratch() {
    return folder.resolve("scratch");
  }

  ForkOutcome take() {
    return fork().take(origin, OWNER, Optional.empty(), 1);
  }

  Optional<HeadSnapshot> head() {
    return new HeadObject(near, ours).read();
  }

  HeadSnapshot sealedOnto(Taken taken, Optional<HeadSnapshot> verified, long run) {
    var rollback = Optional.of(new Rollback("fork", taken.to()));
    var outcome = new Seal(near, ours, TestingJob.BUDGET).seal(verified, run, rollback);
    return ((Sealed) outcome).head();
  }

  Path restored(Taken taken) {
    var target = folder.resolve("restored");
    if (Files.exists(target)) return target;
    new CheckpointReader(near, ours, TestingJob.BUDGET, clock).restore(taken.to(), 0, target);
    return target;
  }

  private List<String> chunks(String path, ManifestRef saved) {
    return new ManifestStore(near, ours)
        .read(saved)
        .placements()
        .filter(place -> place.files().stream().anyMatch(file -> file.path().equals(path)))
        .map(place -> place.chunk().key())
        .toList();
  }

  private List<String> keys(Layout layout) {
    try (var listed = (layout.equals(ours) ? near : far).list(layout.root())) {
      return listed.map(ListedObject::key).toList();
    }
  }

  private static void create(ObjectStore store, String key) {
    store.createOnce(key, Payload.Bytes.of(new byte[0]));
  }

  private static void overwriteWithZeros(ObjectStore store, String key) {
    var length = store.inspect(key).orElseThrow().length();
    store.delete(key);
    store.createOnce(key, Payload.Bytes.of(new byte[(int) length]));
  }

  static void seal(ObjectStore store, Layout layout) {
    new Seal(store, layout, TestingJob.BUDGET).seal(Optional.empty(), 1, Optional.empty());
  }

  ManifestRef save(ObjectStore store, Layout layout, long step, String text, boolean finished) {
    var run = new HeadObject(store, layout).read().orElseThrow().head().run();
    var claimed =
        new Claiming(store, layout, TestingJob.BUDGET).claim(run, "pod-" + run, Optional.empty());
    var tuning =
        new SaveTuning(Cutting.apart(4), 1, TestingJob.GRACE, TestingJob.BUDGET, TestingJob.BUDGET);
    var writer = new CheckpointWriter(store, layout, tuning, clock);
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
}
