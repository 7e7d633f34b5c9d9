package dev.intermission.checkpoint.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders with everything in them. */
final class Trees {

  private static final Logger log = LoggerFactory.getLogger(Trees.class);

  private Trees() {}

  /** Whether a folder holds nothing. */
  static boolean isEmpty(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Deletes {@code root} if it is there; follows no links. */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) return;
    try (var walk = Files.walk(root)) {
      for (var path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }

  /** As {@link #delete}, where a better error is on its way already. */
  static void deleteQuietly(Path root) {
    try {
      delete(root);
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("folder", root)
          .setCause(e)
          .log("an unfinished restore was left behind");
    }
  }
}
