package dev.intermission.checkpoint.fork;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.fork.ForkOutcome.Refused;
import dev.intermission.checkpoint.fork.ForkOutcome.Taken;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestCodec;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.restore.ChunkDownloader;
import dev.intermission.checkpoint.retention.Pin;
import dev.intermission.checkpoint.retention.PinOutcome;
import dev.intermission.checkpoint.retention.Pins;
import dev.intermission.checkpoint.s3.ImmutableObjects;
import dev.intermission.checkpoint.s3.LocalDisk;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Begins a job from another job's checkpoint: copies it, whole and checked, below our own prefix,
 * under the token that the next seal will write. From then on it is an ordinary checkpoint of ours,
 * and nothing of the origin is needed. May die anywhere and be repeated: what was copied is found.
 * Protocol: docs/checkpoint-format.md, "Fork".
 */
public final class Fork {

  /** Longer than any copy takes; a fork that is given up must not keep its origin for ever. */
  private static final int PINNED_DAYS = 14;

  private final Layout layout;
  private final RetryBudget budget;
  private final Scratch scratch;
  private final Clock clock;
  private final ObjectStore store;
  private final ImmutableObjects objects;

  /**
   * @param layout of the job that begins
   * @param scratch what it copies through; left as it was
   * @param clock in step with the collectors' to within a day
   */
  public Fork(ObjectStore store, Layout layout, RetryBudget budget, Scratch scratch, Clock clock) {
    this.layout = layout;
    this.budget = budget;
    this.scratch = scratch;
    this.clock = clock;
    this.store = store;
    this.objects = new ImmutableObjects(store, budget);
  }

  /**
   * Makes {@code origin} a checkpoint of this job for exactly the seal of {@code verified} for
   * {@code run}: call {@link Seal#seal} with the same two and a rollback to what this returns. A
   * checkpoint that was the last of its training can be begun from: the copy is not finished.
   *
   * <p>Safe to repeat, also after a crash; costs a few round trips then. Otherwise one download and
   * one upload for each distinct chunk. What is left behind when the seal never comes is collected
   * as any orphan, once another seal and claim came.
   *
   * @param owner of the pin, for people: {@code kind/namespace/name}
   * @throws StoreException.Damaged an object of the origin is missing or is not what its sum says:
   *     HEAD was not changed
   * @throws StoreException the origin or our own store cannot be used now: call again
   */
  public ForkOutcome take(Origin origin, String owner, Optional<HeadSnapshot> verified, long run) {
    var refused = quarantined(origin).or(() -> pinned(origin, owner));
    if (refused.isPresent()) return refused.get();
    var theirs = new ManifestStore(origin.store(), origin.layout()).read(origin.manifest());
    var ours = copyOf(theirs, Seal.token(verified, run));
    var bytes = Payload.Bytes.of(ManifestCodec.encode(ours));
    var to = ManifestRef.of(ours.step(), ours.token(), bytes.sha256());
    var key = layout.manifest(to.name());
    if (store.inspect(key).isEmpty()) { // else it is complete: it is written last
      copy(theirs, ours, origin); // dies here: chunks of a token that is not over, found again
      objects.ensure(key, bytes);
    }
    return new Taken(to, ours.bytes(), ours.worldSize());
  }

  /**
   * The origin is not needed any more: HEAD was sealed onto the copy, or the wish was withdrawn.
   * Safe to repeat; a release that is forgotten ends by itself after {@value #PINNED_DAYS} days.
   */
  public void release(Origin origin) {
    var pins = origin.layout().pins(origin.manifest().name()) + Pin.daily(layout.job().uid());
    try (var mine = origin.store().list(pins)) {
      mine.toList().forEach(pin -> origin.store().delete(pin.key()));
    } catch (StoreException.AccessDenied e) {
      // a store that we may only read holds no pin of ours
    }
  }

  private Optional<ForkOutcome> quarantined(Origin origin) {
    return new Quarantines(origin.store(), origin.layout(), budget)
        .find(origin.manifest().name())
        .map(
            why ->
                new Refused(
                    "Checkpoint "
                        + origin.manifest().step()
                        + " of "
                        + origin.layout().job().display()
                        + " is quarantined: "
                        + why.message()
                        + " Nothing was copied. Choose another one."));
  }

  /**
   * Keeps the origin while it is copied. Where we may not write it is copied unpinned: a sweep in
   * the middle makes a chunk missing, which is found, and nothing wrong comes of it.
   */
  private Optional<ForkOutcome> pinned(Origin origin, String owner) {
    var pin =
        Pin.forToday(origin.manifest().name(), layout.job(), owner, clock.instant(), PINNED_DAYS);
    var pins = new Pins(origin.store(), origin.layout(), budget, clock);
    try {
      return switch (pins.pin(pin)) {
        case PinOutcome.Pinned _ -> Optional.empty();
        case PinOutcome.Refused(var why) -> Optional.of(new Refused(why));
      };
    } catch (StoreException.AccessDenied e) {
      return Optional.empty();
    }
  }

  /** Equal for equal arguments: a repeated copy gets the same name. */
  private Manifest copyOf(Manifest theirs, FencingToken token) {
    return new Manifest(
        Manifest.FORMAT,
        layout.job(),
        theirs.step(),
        token,
        Optional.empty(),
        false,
        theirs.worldSize(),
        Optional.empty(), // its history is another job's
        theirs.createdAt(),
        theirs.parts().stream().map(part -> copyOf(part, theirs.step(), token)).toList());
  }

  private Part copyOf(Part theirs, long step, FencingToken token) {
    var chunks = theirs.chunks().stream().map(chunk -> own(chunk, step, token)).toList();
    return new Part(theirs.rank(), theirs.podUid(), theirs.files(), chunks, theirs.declared());
  }

  private ChunkRef own(ChunkRef theirs, long step, FencingToken token) {
    var key = layout.chunk(theirs.sha256(), step, token).substring(layout.chunks().length());
    return new ChunkRef(key, theirs.sha256(), theirs.bytes());
  }

  /** Chunks of equal bytes become one, whoever wrote them. */
  private void copy(Manifest theirs, Manifest ours, Origin origin) {
    var from = new ChunkDownloader(origin.store(), origin.layout(), budget);
    var bySum =
        theirs
            .chunks()
            .collect(Collectors.toMap(ChunkRef::sha256, chunk -> chunk, (first, _) -> first));
    InFlight.map(distinct(ours), scratch.chunks(), chunk -> copied(chunk, bySum, from));
  }

  private static List<ChunkRef> distinct(Manifest manifest) {
    return manifest.chunks().distinct().toList();
  }

  private ChunkRef copied(ChunkRef chunk, Map<String, ChunkRef> theirs, ChunkDownloader from) {
    var key = layout.chunks() + chunk.key();
    var there = store.inspect(key).filter(facts -> facts.length() == chunk.bytes());
    if (there.isPresent()) return chunk; // sent before it died; ensure would only send it again
    try {
      var file = Files.createTempFile(Files.createDirectories(scratch.folder()), "chunk-", "");
      try {
        from.download(theirs.get(chunk.sha256()), file);
        objects.ensure(key, new Payload.FileSlice(file, 0, chunk.bytes(), chunk.sha256()));
      } finally {
        Files.delete(file); // dies before: what a container leaves goes with it
      }
      return chunk;
    } catch (IOException e) {
      throw LocalDisk.failure("copying a chunk through " + scratch.folder(), e);
    }
  }
}
