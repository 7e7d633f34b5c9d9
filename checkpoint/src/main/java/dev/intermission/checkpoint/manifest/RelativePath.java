package dev.intermission.checkpoint.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Paths that stay in their directory, on every system. */
final class RelativePath {

  private RelativePath() {}

  /** Returns {@code path} if it names a file below the directory it is resolved against. */
  static String require(String path) {
    for (var segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException("path leaves its directory: \"" + path + "\"");
      }
    }
    if (path.indexOf('\0') >= 0) throw new IllegalArgumentException("path with a NUL");
    if (!path.equals(new String(path.getBytes(UTF_8), UTF_8))) {
      throw new IllegalArgumentException("path is not Unicode: \"" + path + "\"");
    }
    return path;
  }
}
