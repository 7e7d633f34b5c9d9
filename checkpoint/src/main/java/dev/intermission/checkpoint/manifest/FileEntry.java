package dev.intermission.checkpoint.manifest;

import dev.intermission.checkpoint.layout.Sum;
import java.util.Optional;

/**
 * One file of a checkpoint. Where its bytes are follows from its place among the files of its part.
 *
 * @param path relative, with {@code /} between its segments, inside the directory whatever it says
 * @param bytes its length
 * @param sum its SHA-256; where it may share a chunk with other files, whose sum does not tell
 *     which of them is damaged
 */
public record FileEntry(String path, long bytes, Optional<Sum> sum) {

  public FileEntry {
    RelativePath.require(path);
    if (bytes < 0) throw new IllegalArgumentException("file " + path + " has " + bytes + " bytes");
  }
}
