package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.SaveId;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Collects chunks and parts that nothing refers to any more: of deleted manifests, of saves that
 * died, of steps that a trainer abandoned after they were sent early.
 *
 * <p>A chunk that no manifest lists and that is older than the grace never comes to be listed: a
 * save lists chunks that it wrote within half of the grace, and those of the manifest that HEAD
 * named when it began, which is itself among the manifests that are read here or was deleted for
 * good. So it does not matter that the listing of chunks goes on after the manifests were read.
 */
final class Leftovers {

  private static final int IN_FLIGHT = 8;

  private final ObjectStore store;
  private final Layout layout;
  private final ManifestStore manifests;

  Leftovers(ObjectStore store, Layout layout) {
    this.store = store;
    this.layout = layout;
    this.manifests = new ManifestStore(store, layout);
  }

  /**
   * @param objects that were deleted
   * @param bytes that they had
   * @param keptBytes of the chunks that stay
   */
  record Collected(int objects, long bytes, long keptBytes) {}

  /**
   * Deletes what is older than {@code before}, of a save that is over by {@code head}, and
   * unreferenced. Bounded memory. One round trip for each thousand objects, one for each thousand
   * deletions, and, only if a chunk is old enough, one for each manifest.
   *
   * @throws StoreException.Damaged a manifest cannot be read, so that nobody knows which chunks it
   *     needs: no chunk was deleted
   */
  Collected collect(Head head, Instant before, long salt) {
    var bin = new Bin(store);
    var keptBytes = 0L;
    try (var chunks = store.list(layout.chunks())) {
      var listed = new Lazy(salt);
      for (var next = chunks.iterator(); next.hasNext(); ) {
        var chunk = next.next();
        var name = chunk.key().substring(layout.chunks().length());
        var old = chunk.lastModified().isBefore(before) && isOver(head, SaveId.ofChunk(name));
        if (old && !listed.mayContain(name)) {
          bin.add(chunk);
        } else {
          keptBytes += chunk.length();
        }
      }
    }
    try (var parts = store.list(layout.parts())) { // needed until the commit, which is younger
      parts
          .filter(part -> part.lastModified().isBefore(before))
          .filter(
              part -> isOver(head, SaveId.ofPart(part.key().substring(layout.parts().length()))))
          .forEach(bin::add);
    }
    bin.empty();
    return new Collected(bin.objects(), bin.bytes(), keptBytes);
  }

  /**
   * Whether the save can never be committed any more. Age alone would not do: a save that stood
   * still for a day would lose its chunks, and one that is tried again writes them under the same
   * keys.
   */
  private static boolean isOver(Head head, Optional<SaveId> save) {
    return save.filter(known -> !head.isOpenTo(known)).isPresent();
  }

  /** The manifests' chunks, read when the first old chunk asks. */
  private final class Lazy {
    private final long salt;
    private Optional<ListedChunks> chunks = Optional.empty();

    private Lazy(long salt) {
      this.salt = salt;
    }

    private boolean mayContain(String key) {
      if (chunks.isEmpty()) chunks = Optional.of(read());
      return chunks.get().mayContain(key);
    }

    private ListedChunks read() {
      var shelf = Shelf.read(store, layout);
      var read = new ListedChunks(salt);
      InFlight.map(
          List.copyOf(shelf.manifests().keySet()),
          IN_FLIGHT,
          name -> {
            var keys = chunks(name, shelf).map(ChunkRef::key).toList();
            synchronized (read) {
              keys.forEach(read::add);
            }
            return keys.size();
          });
      return read;
    }
  }

  private Stream<ChunkRef> chunks(String manifest, Shelf shelf) {
    try {
      return manifests.find(manifest).stream().flatMap(Manifest::chunks);
    } catch (StoreException.Damaged e) {
      if (shelf.isQuarantined(manifest)) return Stream.of(); // can never be restored
      throw e;
    }
  }
}
