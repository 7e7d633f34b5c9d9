package dev.intermission.checkpoint.save;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Guesses which slices of an unfinished folder the trainer is done with. A file that grew since it
 * was first seen: the slices that its end has left behind. A file that did not change between two
 * looks: all of it. So a file that is laid out in full length and then filled is left alone until
 * it rests. Files that share a chunk: when all of them rest, but not the last such chunk, which the
 * next file may still join. Every slice is named once, and a shared chunk once for each file that
 * it begins with. Nothing rests on the guess but bandwidth.
 */
final class EarlyLook {

  /** A folder of more files is left to the save: every look would cost memory for each of them. */
  private static final int MOST_FILES = 10_000;

  /**
   * @param length 0 for a chunk that files share
   */
  private record Place(String path, long offset, long length) {}

  /**
   * A file at a look, and its length when it was first seen.
   *
   * @param rests whether it was the same at the look before
   */
  private record Seen(long bytes, long modifiedNanos, long firstBytes, boolean rests) {

    static Seen first(SourceFile file, BasicFileAttributes now) {
      return new Seen(
          file.bytes(), now.lastModifiedTime().to(TimeUnit.NANOSECONDS), file.bytes(), false);
    }

    Seen next(SourceFile file, BasicFileAttributes now) {
      var modified = now.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      var rests = bytes == file.bytes() && modifiedNanos == modified;
      return new Seen(file.bytes(), modified, firstBytes, rests);
    }
  }

  private final Cutting cutting;
  private Map<String, Seen> seen = new HashMap<>();
  private final Set<Place> named = new HashSet<>();
  private long step = -1;

  EarlyLook(Cutting cutting) {
    this.cutting = cutting;
  }

  /** At most so many slices that seem ready; none when the folder is gone. */
  synchronized List<Slice> ready(long step, Path folder, int atMost) {
    if (this.step != step) {
      seen.clear();
      named.clear();
      this.step = step;
    }
    var slices = cutting.slices(cutting.ordered(looked(folder)));
    var ready = new ArrayList<Slice>();
    for (var slice : slices) {
      if (ready.size() == atMost) break;
      var isShared = cutting.isShort(slice.first());
      if (isShared && slice == slices.getLast()) break;
      if (!rests(slice) && !isLeftBehind(slice)) continue;
      var length = isShared ? 0 : slice.length();
      if (named.add(new Place(slice.first().path(), slice.offset(), length))) ready.add(slice);
    }
    return ready;
  }

  private boolean rests(Slice slice) {
    return slice.files().stream().allMatch(file -> seen.get(file.path()).rests());
  }

  /** Never a shared chunk: it ends with its files, or behind them. */
  private boolean isLeftBehind(Slice slice) {
    var file = slice.first();
    return file.bytes() > seen.get(file.path()).firstBytes() && slice.end() < file.bytes();
  }

  /** The files as they are now, remembered for the next look; none where there are too many. */
  private List<SourceFile> looked(Path folder) {
    var files = new ArrayList<SourceFile>();
    var now = new HashMap<String, Seen>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes facts) {
              if (!facts.isRegularFile()) return FileVisitResult.CONTINUE;
              var file = SourceFile.of(folder, path, facts.size());
              if (file.isEmpty()) return FileVisitResult.CONTINUE; // the save refuses it by name
              if (files.size() == MOST_FILES) return tooMany();
              var before = seen.get(file.get().path());
              var next =
                  before == null ? Seen.first(file.get(), facts) : before.next(file.get(), facts);
              now.put(file.get().path(), next);
              files.add(file.get());
              return FileVisitResult.CONTINUE;
            }

            private FileVisitResult tooMany() {
              files.clear();
              now.clear();
              return FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE; // renamed
              throw e;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    seen = now;
    return files;
  }
}
