package dev.intermission.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this checkout lies, whatever directory the tests were started from. */
final class Repository {

  private Repository() {}

  static Path root() {
    var here = Path.of("").toAbsolutePath();
    for (var dir = here; dir != null; dir = dir.getParent()) {
      if (Files.isExecutable(dir.resolve("e2e/cluster/cluster"))) return dir;
    }
    throw new IllegalStateException(
        "No directory above "
            + here
            + " holds e2e/cluster/cluster: run the tests inside a checkout");
  }
}
