package dev.intermission.checkpoint.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.manifest.Placement;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.s3.LocalDisk;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;

/**
 * Brings a checkpoint back, complete and verified, or not at all. Protocol:
 * docs/checkpoint-format.md, "Restore".
 */
public final class CheckpointReader {

  private static final int IN_FLIGHT = 8;

  private final ManifestStore manifests;
  private final ChunkDownloader downloader;
  private final Clock clock;

  public CheckpointReader(ObjectStore store, Layout layout, RetryBudget budget, Clock clock) {
    this.manifests = new ManifestStore(store, layout);
    this.downloader = new ChunkDownloader(store, layout, budget);
    this.clock = clock;
  }

  /** The manifest that {@code ref} points to, its sum verified; see {@link ManifestStore#read}. */
  public Manifest read(ManifestRef ref) {
    return manifests.read(ref);
  }

  /**
   * Downloads one rank's files into {@code directory}, which appears by one rename, when every
   * chunk's length and SHA-256 are right.
   *
   * @param directory absent or empty; its parent must be writable
   * @throws StoreException.Damaged a chunk or the manifest is not what its sum says; no partial
   *     directory is left
   * @throws StoreException.NoSpace the disk has too little room; found before the first download
   * @throws StoreException.EndpointUnreachable the retry budget is spent; no partial directory is
   *     left
   */
  public Restored restore(ManifestRef ref, int rank, Path directory) {
    var started = clock.instant();
    var manifest = manifests.read(ref);
    var part = part(manifest, rank);
    var building = directory.resolveSibling(directory.getFileName() + ".restoring");
    try {
      requireFree(directory);
      Trees.delete(building); // what a process that died here left behind
      Files.createDirectories(building);
      requireRoom(part, building);
      download(part, new Building(building));
      Files.move(
          building,
          directory,
          StandardCopyOption
              .ATOMIC_MOVE); // complete from here on. Dies before: a sibling that the next restore
      // deletes
    } catch (IOException e) {
      throw failure(directory, e);
    } finally {
      Trees.deleteQuietly(building);
    }
    var took = Duration.between(started, clock.instant());
    return new Restored(manifest.step(), part.bytes(), part.files().size(), took);
  }

  private void download(Part part, Building building) throws IOException {
    var placements = part.placements();
    building.prepare(part, placements);
    InFlight.map(placements, IN_FLIGHT, placement -> download(placement, building));
  }

  private Placement download(Placement placement, Building building) {
    var landing = new Landing(placement, building);
    downloader
        .read(placement, landing::begin)
        .ifPresent(
            what -> {
              throw new StoreException.Damaged(
                  what + " Nothing was restored, and nothing in the store was changed.");
            });
    return placement;
  }

  private static Part part(Manifest manifest, int rank) {
    if (rank >= 0 && rank < manifest.worldSize()) return manifest.parts().get(rank);
    throw new IllegalArgumentException(
        "rank " + rank + " of a checkpoint of " + manifest.worldSize() + " ranks");
  }

  private static void requireFree(Path directory) throws IOException {
    if (!Files.exists(directory, NOFOLLOW_LINKS)) return;
    if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
      throw new StoreException.DirectoryRefused(
          directory + " is not a folder: a restore needs a place of its own. It was not touched.");
    }
    if (!Trees.isEmpty(directory)) {
      throw new StoreException.DirectoryRefused(
          directory + " is not empty: a restore needs a place of its own. It was not touched.");
    }
  }

  private static void requireRoom(Part part, Path on) throws IOException {
    var free = Files.getFileStore(on).getUsableSpace();
    if (part.bytes() <= free) return;
    throw new StoreException.NoSpace(
        "The checkpoint needs "
            + part.bytes()
            + " bytes, the disk of "
            + on.getParent()
            + " has "
            + free
            + " free. Nothing was downloaded. Raise spec.checkpoint.volume.sizeLimit or the node's"
            + " disk.",
        null);
  }

  private static StoreException failure(Path directory, IOException e) {
    return switch (e) {
      case AtomicMoveNotSupportedException _ ->
          new StoreException.DirectoryRefused(
              directory + " is a mount of its own: restore into a folder below it.");
      default -> LocalDisk.failure("restoring into " + directory, e);
    };
  }
}
