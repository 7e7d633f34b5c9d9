package dev.intermission.checkpoint.restore;

import dev.intermission.checkpoint.failure.Excerpt;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Part;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes room for the files of a checkpoint before the first of them is downloaded. */
final class Preparation {

  private Preparation() {}

  /**
   * Creates folders and empty files below {@code root}, and says where every chunk belongs.
   *
   * @throws StoreException.DirectoryRefused this file system cannot hold one of the names
   */
  static List<ChunkTarget> of(Part part, Path root) throws IOException {
    var targets = new ArrayList<ChunkTarget>();
    for (var file : part.files()) {
      var path = created(file, root);
      var offset = 0L;
      for (var chunk : file.chunks()) {
        targets.add(new ChunkTarget(chunk, path, offset));
        offset += chunk.bytes();
      }
    }
    return targets;
  }

  private static Path created(FileEntry file, Path root) throws IOException {
    try {
      var path = root.resolve(file.path()).normalize();
      if (!path.startsWith(root) || path.equals(root)) throw refused(file, root, "leaves it");
      Files.createDirectories(path.getParent());
      return Files.createFile(path); // fails on anything that is there, a link too
    } catch (FileAlreadyExistsException e) {
      throw refused(file, root, "is the same name as another file's to this file system");
    } catch (InvalidPathException e) {
      throw refused(file, root, "cannot be written in this locale: set LC_ALL=C.UTF-8");
    } catch (IOException e) {
      if (tooLong(e)) throw refused(file, root, "is too long for this file system");
      throw e;
    }
  }

  /** The JDK tells it only by the message. */
  private static boolean tooLong(IOException e) {
    return String.valueOf(e.getMessage()).contains("File name too long");
  }

  private static StoreException.DirectoryRefused refused(FileEntry file, Path root, String why) {
    return new StoreException.DirectoryRefused(
        "File \""
            + Excerpt.of(file.path())
            + "\" of the checkpoint cannot be put below "
            + root.getParent()
            + ": it "
            + why
            + ". Nothing was restored.");
  }
}
