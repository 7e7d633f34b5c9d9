package dev.intermission.checkpoint.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.intermission.checkpoint.failure.Excerpt;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.manifest.Placement;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder in which a restore builds: nothing in it is followed that the restore did not make.
 */
record Building(Path root) {

  /**
   * Creates all folders, and those files that no single chunk brings: empty ones, and ones that
   * several chunks fill at once.
   *
   * @throws StoreException.DirectoryRefused this file system cannot hold one of the names
   */
  void prepare(Part part, List<Placement> placements) throws IOException {
    var folder = root;
    for (var file : part.files()) {
      var parent = place(file).getParent();
      if (!parent.equals(folder)) createFolder(file, parent); // files of one follow each other
      folder = parent;
      if (file.bytes() == 0) create(file).close();
    }
    for (var placement : placements) {
      var last = placement.files().getLast();
      var begins = placement.files().size() > 1 || placement.offset() == 0;
      if (begins && placement.goesOn()) create(last).close();
    }
  }

  /** A file that is not there yet, open to be written. */
  FileChannel create(FileEntry file) throws IOException {
    try {
      return FileChannel.open(place(file), CREATE_NEW, WRITE); // fails on a link too
    } catch (FileAlreadyExistsException e) {
      throw refused(file, "is the same name as another file's to this file system");
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  /** A file that this restore created, open to be written from {@code offset} on. */
  FileChannel reopen(FileEntry file, long offset) throws IOException {
    return FileChannel.open(place(file), WRITE, NOFOLLOW_LINKS).position(offset);
  }

  private void createFolder(FileEntry file, Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw refused(file, "is the same name as another file's to this file system");
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  private Path place(FileEntry file) {
    try {
      var path = root.resolve(file.path()).normalize();
      if (path.startsWith(root) && !path.equals(root)) return path;
      throw refused(file, "leaves it");
    } catch (InvalidPathException e) {
      throw refused(file, "cannot be written in this locale: set LC_ALL=C.UTF-8");
    }
  }

  /** The JDK tells it only by the message. */
  private IOException named(FileEntry file, IOException e) {
    if (!String.valueOf(e.getMessage()).contains("File name too long")) return e;
    throw refused(file, "is too long for this file system");
  }

  private StoreException.DirectoryRefused refused(FileEntry file, String why) {
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
