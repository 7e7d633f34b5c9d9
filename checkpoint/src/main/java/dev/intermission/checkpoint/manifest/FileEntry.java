package dev.intermission.checkpoint.manifest;

import java.util.List;

/**
 * One file of a checkpoint.
 *
 * @param path relative, with {@code /} between its segments, inside the directory whatever it says
 * @param bytes its length
 * @param chunks its content in order; none for an empty file
 */
public record FileEntry(String path, long bytes, List<ChunkRef> chunks) {

  public FileEntry {
    RelativePath.require(path);
    chunks = List.copyOf(chunks);
    var sum = chunks.stream().mapToLong(ChunkRef::bytes).reduce(0, Math::addExact);
    if (sum != bytes) {
      throw new IllegalArgumentException(
          "file " + path + " has " + bytes + " bytes, but its chunks have " + sum);
    }
  }
}
