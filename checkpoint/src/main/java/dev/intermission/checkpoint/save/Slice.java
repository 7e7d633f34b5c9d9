package dev.intermission.checkpoint.save;

import java.util.ArrayList;
import java.util.List;

/**
 * What one chunk holds: {@code length} bytes from {@code offset} of a file. Where a file is cut
 * depends on its length alone, so that what was sent early is found again.
 */
record Slice(SourceFile file, long offset, long length) {

  /** All slices of a file, in order; none of an empty one. */
  static List<Slice> of(SourceFile file, long chunkBytes) {
    var slices = new ArrayList<Slice>();
    for (var offset = 0L; offset < file.bytes(); offset += chunkBytes) {
      slices.add(new Slice(file, offset, Math.min(chunkBytes, file.bytes() - offset)));
    }
    return slices;
  }

  long end() {
    return offset + length;
  }
}
