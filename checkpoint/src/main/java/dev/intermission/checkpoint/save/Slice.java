package dev.intermission.checkpoint.save;

import java.util.ArrayList;
import java.util.List;

/**
 * What one chunk holds: {@code length} bytes of files, one after the other.
 *
 * @param files one of which it is a piece, or several that lie in it whole; empty ones may be among
 *     them
 * @param offset where in the first of them it begins
 */
record Slice(List<SourceFile> files, long offset, long length) {

  /** All slices of a file with chunks of its own, in order; none of an empty one. */
  static List<Slice> of(SourceFile file, long chunkBytes) {
    var slices = new ArrayList<Slice>();
    for (var offset = 0L; offset < file.bytes(); offset += chunkBytes) {
      slices.add(new Slice(List.of(file), offset, Math.min(chunkBytes, file.bytes() - offset)));
    }
    return slices;
  }

  SourceFile first() {
    return files.getFirst();
  }

  long end() {
    return offset + length;
  }
}
