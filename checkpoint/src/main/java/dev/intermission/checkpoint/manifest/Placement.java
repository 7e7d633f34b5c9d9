package dev.intermission.checkpoint.manifest;

import dev.intermission.checkpoint.failure.Excerpt;
import dev.intermission.checkpoint.layout.Layout;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What lies in one chunk.
 *
 * @param chunk that many bytes of a part
 * @param files whose bytes it holds, one after the other; empty ones may stand between them
 * @param offset where in the first of them it begins; the last of them may go on in the next chunk
 */
public record Placement(ChunkRef chunk, List<FileEntry> files, long offset) {

  /** How many files a message names. */
  private static final int NAMED = 3;

  /** Whether the last file is not over where the chunk is. */
  public boolean goesOn() {
    return files.stream().mapToLong(FileEntry::bytes).sum() - offset > chunk.bytes();
  }

  /**
   * For people: what is wrong with the chunk, and which files lie in it.
   *
   * @param damaged those among them that were found damaged, by path; none if nobody looked
   */
  public String damage(Layout layout, String what, Collection<String> damaged) {
    return chunk.damage(layout, what) + " " + described(damaged);
  }

  private String described(Collection<String> damaged) {
    var paths = files.stream().filter(file -> file.bytes() > 0).map(FileEntry::path).toList();
    var found = damaged.isEmpty() ? "" : "; damaged: " + named(damaged);
    return (paths.size() == 1 ? "In it lies file " : "In it lie files ")
        + named(paths)
        + found
        + ".";
  }

  private static String named(Collection<String> paths) {
    var first =
        paths.stream()
            .limit(NAMED)
            .map(path -> "\"" + Excerpt.of(path) + "\"")
            .collect(Collectors.joining(", "));
    var more = paths.size() - NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
