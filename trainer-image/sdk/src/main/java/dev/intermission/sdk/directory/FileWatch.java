package dev.intermission.sdk.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * Notices that a file was replaced, by one {@code stat}: a rename brings another inode, an edit in
 * place another time or length.
 *
 * <p>For one thread.
 */
public final class FileWatch<T> {

  private record Stamp(Object inode, FileTime modified, long bytes) {}

  private final JsonFile<T> file;
  private Optional<Stamp> seen = Optional.empty();

  FileWatch(JsonFile<T> file) {
    this.file = file;
  }

  /**
   * The content, if it is new since the last call that returned one; a half-written file is looked
   * at again next time.
   */
  public Optional<T> changed() {
    var now = stamp();
    if (now.isEmpty() || now.equals(seen)) return Optional.empty();
    var content = file.read();
    // Stamped before reading: a replacement in between is seen as new by the next call.
    if (content.isPresent()) seen = now;
    return content;
  }

  private Optional<Stamp> stamp() {
    try {
      var attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
      return Optional.of(
          new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot look at " + file.path() + "; is the volume mounted?", e);
    }
  }
}
