package dev.intermission.checkpoint.verify;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.manifest.Placement;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.restore.ChunkDownloader;
import dev.intermission.checkpoint.restore.Scatter;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.checkpoint.verify.Verification.Verified;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells from the store alone whether a checkpoint can be restored: believes no pod. Thread-safe.
 * Protocol: docs/checkpoint-format.md, "Verify".
 */
public final class Verifier {

  private static final int IN_FLIGHT = 8;

  private final ObjectStore store;
  private final Layout layout;
  private final ManifestStore manifests;
  private final ChunkDownloader downloader;
  private final Clock clock;

  public Verifier(ObjectStore store, Layout layout, RetryBudget budget, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.manifests = new ManifestStore(store, layout);
    this.downloader = new ChunkDownloader(store, layout, budget);
    this.clock = clock;
  }

  /**
   * Looks at every object of a checkpoint: one read of the manifest, one request for each chunk,
   * eight at once.
   *
   * @param allowed what may be relied on; {@link Mode#READ} reads everything, whatever was verified
   *     before
   * @param alreadyVerifiedParent a checkpoint whose chunks need no second look
   * @throws StoreException.FormatTooNew a newer Intermission wrote it: it may be whole, and nobody
   *     goes back past it
   * @throws StoreException the store cannot be used now: nothing is known about the checkpoint
   */
  public Verification verify(
      ManifestRef ref, Mode allowed, Optional<ManifestRef> alreadyVerifiedParent) {
    return verify(ref, allowed, alreadyVerifiedParent, Progress.NONE);
  }

  /** The same, for somebody who watches: {@code progress} hears of every chunk that is whole. */
  public Verification verify(
      ManifestRef ref,
      Mode allowed,
      Optional<ManifestRef> alreadyVerifiedParent,
      Progress progress) {
    var started = clock.instant();
    try {
      var manifest = manifests.read(ref);
      var skip = allowed == Mode.READ ? Set.<ChunkRef>of() : chunks(alreadyVerifiedParent);
      var todo = distinct(manifest, skip);
      var bytes = todo.stream().mapToLong(one -> one.chunk().bytes()).sum();
      var evidence =
          InFlight.map(
              todo,
              IN_FLIGHT,
              one -> {
                var found = evidence(one, allowed);
                progress.found(one.chunk().bytes(), bytes);
                return found;
              });
      var took = Duration.between(started, clock.instant());
      return new Verified(
          manifest, weakest(evidence, allowed), manifest.objects(), manifest.bytes(), took);
    } catch (StoreException.Damaged e) {
      return new Defective(e.getMessage(), e.reason());
    }
  }

  private Set<ChunkRef> chunks(Optional<ManifestRef> parent) {
    try {
      return parent.stream()
          .map(manifests::read)
          .flatMap(Manifest::chunks)
          .collect(Collectors.toUnmodifiableSet());
    } catch (StoreException.Damaged | StoreException.FormatTooNew e) {
      return Set.of(); // then everything gets a look
    }
  }

  /** One look at each object, however often its bytes occur. */
  private static List<Placement> distinct(Manifest manifest, Set<ChunkRef> skip) {
    var todo = new LinkedHashMap<ChunkRef, Placement>();
    manifest
        .placements()
        .filter(one -> !skip.contains(one.chunk()))
        .forEach(one -> todo.putIfAbsent(one.chunk(), one));
    return List.copyOf(todo.values());
  }

  private Mode evidence(Placement placement, Mode allowed) {
    if (allowed == Mode.READ) return read(placement);
    var chunk = placement.chunk();
    var facts =
        store
            .inspect(layout.chunks() + chunk.key())
            .orElseThrow(() -> damaged(placement, "is gone"));
    chunk.wrongLength(facts.length()).ifPresent(what -> refuse(placement, what));
    if (facts.sha256().isEmpty()) {
      return allowed == Mode.LENGTH_ONLY ? Mode.LENGTH_ONLY : read(placement);
    }
    chunk.wrongSum(facts.sha256().get()).ifPresent(what -> refuse(placement, what));
    return Mode.ATTESTED;
  }

  /** Reads it as a restore does, and keeps nothing. */
  private Mode read(Placement placement) {
    downloader
        .read(placement, () -> new Scatter(placement, Scatter.Ground.NONE))
        .ifPresent(
            what -> {
              throw new StoreException.Damaged(what + " Nothing was changed.");
            });
    return Mode.READ;
  }

  private static Mode weakest(List<Mode> evidence, Mode allowed) {
    if (evidence.contains(Mode.LENGTH_ONLY)) return Mode.LENGTH_ONLY;
    var readAll = !evidence.isEmpty() && evidence.stream().allMatch(Mode.READ::equals);
    return readAll || allowed == Mode.READ ? Mode.READ : Mode.ATTESTED;
  }

  private void refuse(Placement placement, String what) {
    throw damaged(placement, what);
  }

  private StoreException.Damaged damaged(Placement placement, String what) {
    return new StoreException.Damaged(
        placement.damage(layout, what, List.of()) + " Nothing was changed.");
  }
}
