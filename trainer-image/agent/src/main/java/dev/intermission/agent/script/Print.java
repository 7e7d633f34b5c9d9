package dev.intermission.agent.script;

import dev.intermission.checkpoint.layout.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a file or folder looks like from outside: equal prints, equal content, as far as inodes,
 * lengths and times can tell.
 *
 * @param sum over all of it
 * @param changed when anything of it changed last, by the file system's clock
 * @param renamed whether the last that happened was no write: it was renamed into place, say
 * @param inodes of its files
 */
record Print(String sum, Instant changed, boolean renamed, Set<Inode> inodes) {

  private static final int SUM_DIGITS = 32;

  /** A file, whatever it is called in whatever mount. */
  record Inode(Object device, Object number) {

    static Inode of(Path file, LinkOption... how) throws IOException {
      var found = Files.readAttributes(file, "unix:dev,ino", how);
      return new Inode(found.get("dev"), found.get("ino"));
    }
  }

  Print {
    inodes = Set.copyOf(inodes);
  }

  /**
   * Looks at {@code entry}; empty when it vanished meanwhile, has no content yet, or is a symbolic
   * link, such as a {@code latest} that points to another one.
   */
  static Optional<Print> of(Path entry) throws IOException {
    try {
      return look(entry);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) return Optional.empty();
      throw e.getCause();
    }
  }

  private static Optional<Print> look(Path entry) throws IOException {
    if (Files.isSymbolicLink(entry)) return Optional.empty();
    var text = new StringBuilder();
    var changed = Instant.MIN;
    var written = Instant.MIN;
    var inodes = new HashSet<Inode>();
    try (var walk = Files.walk(entry)) {
      for (var path : walk.sorted().toList()) {
        var seen =
            Files.readAttributes(
                path,
                "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile",
                LinkOption.NOFOLLOW_LINKS);
        var status = ((FileTime) seen.get("ctime")).toInstant();
        var content = ((FileTime) seen.get("lastModifiedTime")).toInstant();
        changed = later(changed, status);
        written = later(written, content);
        text.append(entry.relativize(path))
            .append('\0')
            .append(seen.get("ino"))
            .append(' ')
            .append(seen.get("size"))
            .append(' ')
            .append(content)
            .append(' ')
            .append(status)
            .append('\n');
        if (seen.get("isRegularFile").equals(true) && (long) seen.get("size") > 0)
          inodes.add(new Inode(seen.get("dev"), seen.get("ino")));
      }
    }
    if (inodes.isEmpty()) return Optional.empty();
    var own = (FileTime) Files.getAttribute(entry, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    var renamed = own.toInstant().isAfter(written);
    return Optional.of(new Print(sum(text.toString()), changed, renamed, inodes));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static String sum(String text) {
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, SUM_DIGITS);
  }
}
