package dev.intermission.checkpoint.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one rank saved.
 *
 * @param rank 0 to world size - 1
 * @param podUid the pod that wrote it
 * @param files sorted by path, none twice, none inside another
 * @param declared the trainer's {@code checkpoint.json}, or an empty object
 */
public record Part(int rank, String podUid, List<FileEntry> files, JsonNode declared) {

  public Part {
    if (rank < 0) throw new IllegalArgumentException("rank " + rank);
    files = List.copyOf(files);
    requireDistinct(files);
    files.stream().mapToLong(FileEntry::bytes).reduce(0, Math::addExact); // a sum that wraps lies
    if (!declared.isObject()) {
      throw new IllegalArgumentException("declared is not a JSON object: " + declared);
    }
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(FileEntry::bytes).sum();
  }

  /** All chunks of all files, in order; one that stands in two files comes twice. */
  public Stream<ChunkRef> chunks() {
    return files.stream().flatMap(file -> file.chunks().stream());
  }

  private static void requireDistinct(List<FileEntry> files) {
    Set<String> paths = new HashSet<>();
    for (var file : files) {
      if (!paths.add(file.path())) {
        throw new IllegalArgumentException("file named twice: " + file.path());
      }
    }
    for (var file : files) {
      for (var at = file.path().indexOf('/'); at >= 0; at = file.path().indexOf('/', at + 1)) {
        var folder = file.path().substring(0, at);
        if (paths.contains(folder)) {
          throw new IllegalArgumentException(folder + " is both a file and a folder");
        }
      }
    }
  }
}
