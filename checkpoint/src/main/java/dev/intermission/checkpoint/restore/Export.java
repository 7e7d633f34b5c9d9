package dev.intermission.checkpoint.restore;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.s3.LocalDisk;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Copies a whole checkpoint, all ranks of it, to a folder: what a person takes home. */
public final class Export {

  private final CheckpointReader reader;

  public Export(CheckpointReader reader) {
    this.reader = reader;
  }

  /**
   * The files of a job with one worker lie in {@code directory} itself, those of a gang in {@code
   * rank-0}, {@code rank-1} and so on below it. Every chunk's length and SHA-256 is checked, and
   * the folder appears by one rename.
   *
   * @param directory absent or empty
   * @return bytes of all files
   * @throws StoreException as {@link CheckpointReader#restore}; no partial folder is left
   */
  public long export(ManifestRef ref, Path directory) {
    var manifest = reader.read(ref);
    if (manifest.worldSize() == 1) return reader.restore(ref, 0, directory).bytes();
    requireFree(directory);
    var building = directory.resolveSibling(directory.getFileName() + ".exporting");
    try {
      Trees.delete(building); // what a process that died here left behind
      Files.createDirectories(building);
      for (var rank = 0; rank < manifest.worldSize(); rank++) {
        reader.restore(ref, rank, building.resolve("rank-" + rank));
      }
      Files.move(building, directory, StandardCopyOption.ATOMIC_MOVE); // complete from here on
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      throw refused(directory);
    } catch (IOException e) {
      throw LocalDisk.failure("exporting to " + directory, e);
    } finally {
      Trees.deleteQuietly(building);
    }
    return manifest.bytes();
  }

  private static void requireFree(Path directory) {
    try {
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) return;
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && Trees.isEmpty(directory))
        return;
    } catch (IOException e) {
      throw LocalDisk.failure("looking into " + directory, e);
    }
    throw refused(directory);
  }

  private static StoreException.DirectoryRefused refused(Path directory) {
    return new StoreException.DirectoryRefused(
        directory
            + " is not an empty folder: an export needs a place of its own. It was not"
            + " touched.");
  }
}
