package dev.intermission.checkpoint.save;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A file to save.
 *
 * @param path relative to {@code root}, with {@code /} between its segments
 * @param root the directory, shared by all of its files: a hundred thousand whole names would fill
 *     an agent
 * @param bytes its length when the directory was looked through
 */
record SourceFile(String path, Path root, long bytes) {

  /**
   * Nothing when the name is not Unicode, or this process runs in a locale that cannot say it:
   * names are bytes to the kernel and text to a manifest, and this one would come back as another.
   */
  static Optional<SourceFile> of(Path root, Path file, long bytes) {
    var path =
        StreamSupport.stream(root.relativize(file).spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("/"));
    try {
      if (path.indexOf('\uFFFD') >= 0 || !root.resolve(path).equals(file)) return Optional.empty();
      return Optional.of(new SourceFile(path, root, bytes));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Where it is. */
  Path file() {
    return root.resolve(path);
  }
}
