package dev.intermission.checkpoint.damage;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.restore.Restored;
import dev.intermission.checkpoint.retention.Retreat;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.Cutting;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.verify.Fallback;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import dev.intermission.checkpoint.verify.WayBack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A job of its own in a shared store, whose objects somebody overwrites and deletes. */
final class DamagedJob {

  private final ObjectStore store;
  private final Path folder;
  private final Layout layout =
      new Layout("damage", new JobKey("team-a", "digits", UUID.randomUUID().toString()));
  private long run;
  private Claim claim;

  DamagedJob(ObjectStore store, Path folder) {
    this.store = store;
    this.folder = folder;
  }

  Layout layout() {
    return layout;
  }

  /** Begins the next run as operator and agent do. */
  void begin() {
    run = head().map(seen -> seen.head().run()).orElse(0L) + 1;
    var sealed = seal().seal(head(), run, Optional.empty());
    if (!(sealed instanceof SealOutcome.Sealed)) throw new AssertionError("seal: " + sealed);
    claim();
  }

  void claim() {
    var outcome =
        new Claiming(store, layout, TestingJob.BUDGET)
            .claim(head().orElseThrow().head().run(), "pod-" + run, Optional.empty());
    claim = ((ClaimOutcome.Claimed) outcome).claim();
  }

  /** Saves a step of two files, of which one never changes. */
  ManifestRef save(long step) {
    var source = folder.resolve("checkpoints-" + run + "/" + step);
    try {
      Files.createDirectories(source);
      Files.writeString(source.resolve("weights"), weights(step));
      Files.writeString(source.resolve("frozen"), "never changes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return save(step, source);
  }

  ManifestRef save(long step, Path source) {
    return save(
        step,
        source,
        new SaveTuning(
            Cutting.apart(1 << 20), 4, TestingJob.GRACE, TestingJob.BUDGET, TestingJob.BUDGET));
  }

  /** With chunks as large as an agent makes them. */
  ManifestRef saveInFull(long step, Path source) {
    return save(step, source, SaveTuning.STANDARD);
  }

  private ManifestRef save(long step, Path source, SaveTuning tuning) {
    var writer = new CheckpointWriter(store, layout, tuning, Clock.systemUTC());
    claim =
        writer.save(claim, new SaveRequest(step, 0, 1, source, Optional.empty(), false)).claim();
    return claim.head().manifest().orElseThrow();
  }

  static String weights(long step) {
    return ("weights of " + step + " ").repeat(50);
  }

  Optional<HeadSnapshot> head() {
    return new HeadObject(store, layout).read();
  }

  Seal seal() {
    return new Seal(store, layout, TestingJob.BUDGET);
  }

  SealOutcome rollBack(ManifestRef to) {
    return seal()
        .seal(
            head(), head().orElseThrow().head().run() + 1, Optional.of(new Rollback("asked", to)));
  }

  SealOutcome leave(ManifestRef to) {
    var from = head().orElseThrow();
    return new Retreat(store, layout, TestingJob.BUDGET, Clock.systemUTC())
        .leave(from, from.head().run() + 1, to);
  }

  Quarantines quarantines() {
    return new Quarantines(store, layout, TestingJob.BUDGET);
  }

  void quarantine(ManifestRef ref) {
    quarantines().add(ref.name(), Quarantine.damaged("a chunk is gone", Instant.EPOCH));
  }

  Verification verify(ManifestRef ref, Mode mode) {
    return new Verifier(store, layout, TestingJob.BUDGET, Clock.systemUTC())
        .verify(ref, mode, Optional.empty());
  }

  WayBack wayBack(ManifestRef from) {
    return new Fallback(store, layout, TestingJob.BUDGET, Clock.systemUTC())
        .from(from, Mode.ATTESTED);
  }

  Restored restore(ManifestRef ref, Path target) {
    return new CheckpointReader(store, layout, TestingJob.BUDGET, Clock.systemUTC())
        .restore(ref, 0, target);
  }

  String manifestKey(ManifestRef ref) {
    return layout.manifest(ref.name());
  }

  /** Key of the chunk in which a file begins. */
  String chunkKey(ManifestRef ref, String file) {
    var part = new ManifestStore(store, layout).read(ref).parts().getFirst();
    var lies =
        part.placements().stream()
            .filter(place -> place.files().stream().anyMatch(one -> one.path().equals(file)))
            .findFirst();
    return layout.chunks() + lies.orElseThrow().chunk().key();
  }

  byte[] bytes(String key) {
    return store.read(key).orElseThrow().bytes();
  }

  void overwrite(String key, byte[] bytes) {
    var etag = store.read(key).orElseThrow().etag();
    store.swap(key, new SwapCondition.IfMatch(etag), bytes);
  }

  void delete(String key) {
    store.delete(key);
  }

  /** HEAD names {@code to}, with its sum: a writer with the job's credentials can do that. */
  void pointHeadAt(ManifestRef to) {
    var from = head().orElseThrow().head().manifest().orElseThrow();
    var text = new String(bytes(layout.head()), StandardCharsets.UTF_8);
    var pointed = text.replace(from.name(), to.name()).replace(from.sha256(), to.sha256());
    overwrite(layout.head(), pointed.getBytes(StandardCharsets.UTF_8));
  }

  /** A manifest with another text and the sum that belongs to it, as a hostile writer makes it. */
  ManifestRef forge(ManifestRef from, UnaryOperator<String> change) {
    var text = new String(bytes(manifestKey(from)), StandardCharsets.UTF_8);
    var forged = change.apply(text).getBytes(StandardCharsets.UTF_8);
    if (new String(forged, StandardCharsets.UTF_8).equals(text)) throw new AssertionError(text);
    var ref = ManifestRef.of(from.step(), from.token(), Sha256.hex(forged));
    store.createOnce(manifestKey(ref), Payload.Bytes.of(forged));
    return ref;
  }
}
