package dev.intermission.checkpoint.fork;

import java.nio.file.Path;

/**
 * Room on the local disk.
 *
 * @param folder created where it is missing
 * @param chunks how many may lie in it at once, of at most 64 MiB each
 */
public record Scratch(Path folder, int chunks) {

  public Scratch {
    if (chunks < 1) throw new IllegalArgumentException("no room for a chunk");
  }
}
