package dev.intermission.checkpoint.save;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.s3.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/** A folder that somebody may still write into: every look reads all of it. */
record ImportedFolder(long step, Path directory) {

  private static final int READ_BUFFER_BYTES = 128 * 1024;

  /** Names what is in it: paths, lengths and sums say everything about a folder. */
  String uid() {
    return uid(SourceDirectory.read(directory).files(), (_, _) -> {});
  }

  /**
   * Whether it is still the one of this uid, and every byte of it the one that {@code manifest}
   * lists, both in one look: a folder that changed and changed back was saved as it never was.
   */
  boolean isWhole(String uid, Manifest manifest) {
    var part = manifest.parts().getFirst(); // an import has one rank
    var files = SourceDirectory.read(directory).files();
    var paths = new HashSet<>(files.stream().map(SourceFile::path).toList());
    if (!paths.equals(new HashSet<>(part.files().stream().map(FileEntry::path).toList()))) {
      return false;
    }
    var along = new Along(part.chunks());
    return uid(inOrder(part, files), along).equals(uid) && along.isOver();
  }

  /** The files in the order of their bytes in the part. */
  private static List<SourceFile> inOrder(Part part, List<SourceFile> files) {
    var byPath = new TreeMap<String, SourceFile>();
    files.forEach(file -> byPath.put(file.path(), file));
    return part.files().stream().map(file -> byPath.get(file.path())).toList();
  }

  private String uid(List<SourceFile> files, Reader reader) {
    var lines = new TreeMap<String, String>(); // the same whatever the order of the bytes
    for (var file : files) {
      lines.put(file.path(), "\n" + file.bytes() + " " + sum(file.file(), reader) + " ");
    }
    var digest = Sha256.digest();
    digest.update(Long.toString(step).getBytes(UTF_8));
    lines.forEach((path, line) -> digest.update((line + path).getBytes(UTF_8)));
    return "import-" + Sha256.hex(digest).substring(0, 32);
  }

  private static String sum(Path file, Reader reader) {
    var digest = Sha256.digest();
    var buffer = new byte[READ_BUFFER_BYTES];
    try (var in = Files.newInputStream(file)) {
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        reader.read(buffer, n);
      }
    } catch (IOException e) {
      throw LocalDisk.failure("reading " + file, e);
    }
    return Sha256.hex(digest);
  }

  /** What is done with bytes while they are read. */
  @FunctionalInterface
  private interface Reader {
    void read(byte[] bytes, int length);
  }

  /** Compares a run of bytes with the chunks that should hold it. */
  private static final class Along implements Reader {

    private final Iterator<ChunkRef> chunks;
    private final MessageDigest digest = Sha256.digest();
    private String sum = ""; // of the chunk that is being read
    private long left; // of its bytes
    private boolean same = true;

    private Along(List<ChunkRef> chunks) {
      this.chunks = chunks.iterator();
    }

    @Override
    public void read(byte[] bytes, int length) {
      for (var at = 0; at < length; ) {
        if (left == 0) begin();
        var n = (int) Math.min(left, length - at);
        digest.update(bytes, at, n);
        at += n;
        left -= n;
        if (left == 0) same &= Sha256.hex(digest).equals(sum);
      }
    }

    private void begin() {
      if (chunks.hasNext()) {
        var chunk = chunks.next();
        sum = chunk.sha256();
        left = chunk.bytes();
      } else { // behind the last one
        same = false;
        left = Long.MAX_VALUE;
      }
    }

    /** Whether all bytes were read, and no others. */
    private boolean isOver() {
      return same && left == 0 && !chunks.hasNext();
    }
  }
}
