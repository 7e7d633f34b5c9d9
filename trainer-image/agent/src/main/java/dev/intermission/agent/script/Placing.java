package dev.intermission.agent.script;

import dev.intermission.agent.config.Watch;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Puts a restored checkpoint where the script once wrote it, under its own name, so that a script
 * that looks for its newest one finds it. Moved and not copied: the files are on the same file
 * system, and nobody else needs them.
 */
final class Placing {

  private final Watch watch;
  private final SharedDirectory directory;

  Placing(Watch watch, SharedDirectory directory) {
    this.watch = watch;
    this.directory = directory;
  }

  /** Everything that {@code resume/} has; what is in place already stays. */
  void place(long step) throws IOException {
    for (var entry : entries()) {
      var name = entry.getFileName().toString();
      if (name.equals(SharedDirectory.CHECKPOINT_JSON)) continue;
      var target = watch.directory().resolve(name);
      Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
      // dies here: the next process moves the rest
    }
    link(step);
  }

  /** By the name that the script was told, which may not be the one that it wrote. */
  private void link(long step) throws IOException {
    var promised = watch.directory().resolve(watch.pattern().nameAt(step));
    if (Files.exists(promised)) return;
    var written = written(step);
    if (written.isEmpty()) {
      throw new IOException(
          "Checkpoint "
              + step
              + " has nothing called "
              + watch.pattern()
              + ". Was spec.checkpoint.watch.pattern changed since it was saved?");
    }
    Files.deleteIfExists(promised); // a link that points nowhere
    Files.createSymbolicLink(promised, written.get().getFileName());
  }

  private Optional<Path> written(long step) throws IOException {
    try (var placed = Files.list(watch.directory())) {
      return placed
          .filter(path -> !Files.isSymbolicLink(path))
          .filter(path -> watch.pattern().matches(path.getFileName().toString()))
          .filter(
              path ->
                  watch.pattern().step(path.getFileName().toString()).stream()
                      .allMatch(named -> named == step))
          .findFirst();
    }
  }

  private Iterable<Path> entries() throws IOException {
    try (var entries = Files.list(directory.resume())) {
      return entries.sorted().toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }
}
