package dev.intermission.agent.script;

import dev.intermission.sdk.directory.CheckpointDeclaration;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a folder of the contract out of a script's checkpoint. It is copied: the script may write
 * its next one over it at any moment, or delete it, while this one is still being uploaded. Where
 * the file system can share blocks (XFS, Btrfs), the kernel copies none.
 */
final class Handover {

  private final SharedDirectory directory;

  Handover(SharedDirectory directory) {
    this.directory = directory;
  }

  /**
   * Copies {@code found} and commits it to the uploader as {@code step}.
   *
   * @return false when it changed meanwhile: nothing was committed
   */
  boolean take(Found found, long step, Optional<Long> requestId) throws IOException {
    var folders = directory.checkpoints();
    var folder = folders.begin(step); // dies here, or until the commit: begun anew
    try {
      copy(found.path(), folder.resolve(found.name()));
      if (!Print.of(found.path()).equals(Optional.of(found.print()))) {
        folders.abandon(step);
        return false;
      }
      SharedDirectory.declaration(folder).replace(declaration(step, requestId));
      folders.commit(step);
      return true;
    } catch (NoSuchFileException _) { // deleted by the script, which keeps only so many
      folders.abandon(step);
      return false;
    } catch (IOException | UncheckedIOException e) {
      folders.abandon(step); // a full disk has room again
      throw e;
    }
  }

  /** Nothing is claimed: what a resume from it continues, only the script knows. */
  private static CheckpointDeclaration declaration(long step, Optional<Long> requestId) {
    return new CheckpointDeclaration(
        step, List.of(), 1, requestId, false, Optional.empty(), Map.of(), Map.of(), Map.of());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes its)
              throws IOException {
            Files.createDirectory(at(folder));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes its) throws IOException {
            if (its.isSymbolicLink()) {
              // As it is, so that the uploader refuses it by name: it could point to anything.
              Files.createSymbolicLink(at(file), Files.readSymbolicLink(file));
            } else {
              copyFile(file, at(file));
            }
            return FileVisitResult.CONTINUE;
          }

          private Path at(Path path) {
            return path.equals(from) ? to : to.resolve(from.relativize(path).toString());
          }
        });
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try (var in = FileChannel.open(from, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        var out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var at = 0L;
      for (long sent; (sent = in.transferTo(at, Long.MAX_VALUE - at, out)) > 0; ) at += sent;
    }
  }
}
