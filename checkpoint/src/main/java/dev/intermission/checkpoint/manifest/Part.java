package dev.intermission.checkpoint.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one rank saved: its files, one after the other, are one run of bytes, which is cut into
 * chunks. So there are no offsets that could overlap, leave a gap or contradict each other.
 *
 * @param rank 0 to world size - 1
 * @param podUid the pod that wrote it
 * @param files in the order of their bytes, none twice, none inside another
 * @param chunks the same bytes, in order; equal runs of bytes may be one chunk that comes twice
 * @param declared the trainer's {@code checkpoint.json}, or an empty object
 */
public record Part(
    int rank, String podUid, List<FileEntry> files, List<ChunkRef> chunks, JsonNode declared) {

  public Part {
    if (rank < 0) throw new IllegalArgumentException("rank " + rank);
    files = List.copyOf(files);
    chunks = List.copyOf(chunks);
    requireDistinct(files);
    var inFiles = files.stream().mapToLong(FileEntry::bytes).reduce(0, Math::addExact);
    var inChunks = chunks.stream().mapToLong(ChunkRef::bytes).reduce(0, Math::addExact);
    if (inFiles != inChunks) { // sums that wrap are refused above: they lie
      throw new IllegalArgumentException(
          "the files of rank " + rank + " have " + inFiles + " bytes, its chunks " + inChunks);
    }
    if (!declared.isObject()) {
      throw new IllegalArgumentException("declared is not a JSON object: " + declared);
    }
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(FileEntry::bytes).sum();
  }

  /** What lies in each chunk, in the order of {@link #chunks}. */
  public List<Placement> placements() {
    var placements = new ArrayList<Placement>(chunks.size());
    var file = 0;
    var offset = 0L; // in that file: where the next chunk begins
    for (var chunk : chunks) {
      for (; offset == files.get(file).bytes(); file++) offset = 0; // it is over, or empty
      var first = file;
      var begin = offset;
      var end = offset + chunk.bytes(); // in that file, or behind it
      for (; end > files.get(file).bytes(); file++) end -= files.get(file).bytes();
      offset = end;
      placements.add(new Placement(chunk, files.subList(first, file + 1), begin));
    }
    return placements;
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
