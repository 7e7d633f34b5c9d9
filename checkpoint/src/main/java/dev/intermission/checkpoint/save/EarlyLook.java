package dev.intermission.checkpoint.save;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Guesses which slices of an unfinished folder the trainer is done with. A file that grew since it
 * was first seen: the slices that its end has left behind. A file that did not change between two
 * looks: all of it. So a file that is laid out in full length and then filled is left alone until
 * it rests. Every slice is named once. Nothing rests on the guess but bandwidth.
 */
final class EarlyLook {

  private record Place(Path file, long offset, long length) {}

  /** A file at a look, and its length when it was first seen. */
  private record Seen(long bytes, FileTime modified, long firstBytes) {}

  private final long chunkBytes;
  private final Map<Path, Seen> seen = new HashMap<>();
  private final Set<Place> named = new HashSet<>();
  private long step = -1;

  EarlyLook(long chunkBytes) {
    this.chunkBytes = chunkBytes;
  }

  /** At most so many slices that seem ready; none when the folder is gone. */
  synchronized List<Slice> ready(long step, Path folder, int atMost) {
    if (this.step != step) {
      seen.clear();
      named.clear();
      this.step = step;
    }
    var ready = new ArrayList<Slice>();
    for (var file : files(folder).entrySet()) {
      var now = file.getValue();
      var before = Optional.ofNullable(seen.get(file.getKey()));
      var first = before.map(Seen::firstBytes).orElse(now.size());
      var rests =
          before
              .filter(then -> then.bytes() == now.size())
              .filter(then -> then.modified().equals(now.lastModifiedTime()))
              .isPresent();
      seen.put(file.getKey(), new Seen(now.size(), now.lastModifiedTime(), first));
      var source = SourceFile.of(folder, file.getKey(), now.size());
      if (source.isEmpty()) continue; // the save refuses it by name
      for (var slice : Slice.of(source.get(), chunkBytes)) {
        var leftBehind = now.size() > first && slice.end() < now.size();
        if (!rests && !leftBehind || ready.size() == atMost) continue;
        if (named.add(new Place(file.getKey(), slice.offset(), slice.length()))) ready.add(slice);
      }
    }
    return ready;
  }

  private static Map<Path, BasicFileAttributes> files(Path folder) {
    var files = new HashMap<Path, BasicFileAttributes>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
              if (facts.isRegularFile()) files.put(file, facts);
              return FileVisitResult.CONTINUE;
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
    return files;
  }
}
