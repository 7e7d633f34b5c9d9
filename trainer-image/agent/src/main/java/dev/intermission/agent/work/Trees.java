package dev.intermission.agent.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** Deletes directories. */
final class Trees {

  private Trees() {}

  /**
   * Deletes {@code root} and all below it; nothing there is a success. Symbolic links are deleted,
   * not followed.
   */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) return;
    try (var walk = Files.walk(root)) {
      for (var path : walk.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    } catch (NoSuchFileException _) { // somebody else deletes it too
      return;
    }
  }
}
