package dev.intermission.checkpoint.verify;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Verification.Defective;
import dev.intermission.checkpoint.verify.Verification.Verified;
import java.time.Clock;
import java.time.Duration;
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
  private final RetryBudget budget;
  private final Clock clock;

  public Verifier(ObjectStore store, Layout layout, RetryBudget budget, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.manifests = new ManifestStore(store, layout);
    this.budget = budget;
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
      var todo = manifest.chunks().filter(chunk -> !skip.contains(chunk)).distinct().toList();
      var bytes = todo.stream().mapToLong(ChunkRef::bytes).sum();
      var evidence =
          InFlight.map(
              todo,
              IN_FLIGHT,
              chunk -> {
                var found = evidence(chunk, allowed);
                progress.found(chunk.bytes(), bytes);
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

  private Mode evidence(ChunkRef chunk, Mode allowed) {
    var key = layout.chunks() + chunk.key();
    if (allowed == Mode.READ) return read(key, chunk);
    var facts = store.inspect(key).orElseThrow(() -> damaged(key, "is gone"));
    requireLength(key, chunk, facts.length());
    if (facts.sha256().isPresent()) {
      requireSum(key, chunk, facts.sha256().get());
      return Mode.ATTESTED;
    }
    return allowed == Mode.LENGTH_ONLY ? Mode.LENGTH_ONLY : read(key, chunk);
  }

  private Mode read(String key, ChunkRef chunk) {
    var retry = budget.start();
    for (; ; ) {
      try {
        var sink = new HashingNull();
        var came = store.readAll(key, sink).orElseThrow(() -> damaged(key, "is gone"));
        requireLength(key, chunk, came);
        requireSum(key, chunk, Sha256.hex(sink.digest()));
        return Mode.READ;
      } catch (StoreException.EndpointUnreachable e) {
        if (!retry.again()) throw e;
      }
    }
  }

  private static Mode weakest(List<Mode> evidence, Mode allowed) {
    if (evidence.contains(Mode.LENGTH_ONLY)) return Mode.LENGTH_ONLY;
    var readAll = !evidence.isEmpty() && evidence.stream().allMatch(Mode.READ::equals);
    return readAll || allowed == Mode.READ ? Mode.READ : Mode.ATTESTED;
  }

  private void requireLength(String key, ChunkRef chunk, long length) {
    if (length != chunk.bytes()) {
      throw damaged(key, "has " + length + " of " + chunk.bytes() + " bytes");
    }
  }

  private void requireSum(String key, ChunkRef chunk, String sum) {
    if (!sum.equals(chunk.sha256())) {
      throw damaged(key, "has sum " + sum + " instead of " + chunk.sha256());
    }
  }

  private StoreException.Damaged damaged(String key, String what) {
    return new StoreException.Damaged(
        "A checkpoint of "
            + layout.job().display()
            + " is damaged: chunk "
            + key
            + " "
            + what
            + ". Nothing was changed.");
  }
}
