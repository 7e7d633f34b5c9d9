package dev.intermission.checkpoint.save;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How files become chunks. A long file has chunks of its own. Short ones share chunks, for two
 * thousand requests cost more than the bytes of two thousand small files.
 *
 * <p>What is cut where depends on paths and lengths alone, so that what was sent early is found
 * again, and unchanged files give unchanged chunks. Where a shared chunk ends is mostly the last
 * file's own affair: a file that comes, goes or grows moves the borders around it, and not all
 * borders behind it, as filling every chunk to the brim would.
 *
 * @param chunkBytes no chunk of a long file is longer
 * @param packBytes no chunk that files share is longer; files under a quarter of it are short. None
 *     is if it is 0
 */
public record Cutting(long chunkBytes, int packBytes) {

  private static final long LONGEST_BYTES = 64L << 20;

  /**
   * 64 MiB, and 1 MiB: chunks that files share are held in memory while they are sent, eight at
   * once.
   */
  public static final Cutting STANDARD = new Cutting(LONGEST_BYTES, 1 << 20);

  public Cutting {
    if (chunkBytes < 1 || chunkBytes > LONGEST_BYTES) {
      throw new IllegalArgumentException("chunkBytes is not in 1 to 64 MiB: " + chunkBytes);
    }
    if (packBytes < 0 || packBytes > LONGEST_BYTES) {
      throw new IllegalArgumentException("packBytes is not in 0 to 64 MiB: " + packBytes);
    }
  }

  /** Every file has chunks of its own. */
  public static Cutting apart(long chunkBytes) {
    return new Cutting(chunkBytes, 0);
  }

  /** Files in the order of their bytes in a part: the long ones, then the short ones, by path. */
  List<SourceFile> ordered(List<SourceFile> files) {
    var ordered = new ArrayList<>(files);
    ordered.sort(Comparator.comparing(this::isShort).thenComparing(SourceFile::path));
    return List.copyOf(ordered);
  }

  /** Whether it may share a chunk. */
  boolean isShort(SourceFile file) {
    return file.bytes() < packBytes / 4;
  }

  /** What each chunk holds: together all bytes of {@code ordered}, one after the other. */
  List<Slice> slices(List<SourceFile> ordered) {
    var slices = new ArrayList<Slice>();
    var first = 0; // of the shared chunk that is being filled
    var length = 0L;
    for (var i = 0; i < ordered.size(); i++) {
      var file = ordered.get(i);
      if (!isShort(file)) {
        slices.addAll(Slice.of(file, chunkBytes));
        first = i + 1;
        continue;
      }
      if (length + file.bytes() > packBytes) {
        slices.add(new Slice(ordered.subList(first, i), 0, length));
        first = i;
        length = 0;
      }
      length += file.bytes();
      if (endsAfter(file)) {
        slices.add(new Slice(ordered.subList(first, i + 1), 0, length));
        first = i + 1;
        length = 0;
      }
    }
    if (length > 0) slices.add(new Slice(ordered.subList(first, ordered.size()), 0, length));
    return slices;
  }

  /**
   * By chance, but always the same one for a path: so likely that shared chunks are half full on
   * the whole. Multiplied by 2^64 over the golden ratio, as Knuth does (The Art of Computer
   * Programming, volume 3, section 6.4), names that differ in one digit lie far apart.
   */
  private boolean endsAfter(SourceFile file) {
    var chance = (file.path().hashCode() * 0x9E3779B97F4A7C15L) >>> 33; // 31 bits
    return file.bytes() > 0 && chance * (packBytes / 2.0) < file.bytes() * (double) (1L << 31);
  }
}
