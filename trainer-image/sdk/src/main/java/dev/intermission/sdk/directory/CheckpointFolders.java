package dev.intermission.sdk.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The folders {@code checkpoints/<step>.tmp} (being written) and {@code checkpoints/<step>}
 * (complete). The rename between the two is the trainer's commit: whoever sees a folder without
 * {@code .tmp} sees all of it.
 */
public record CheckpointFolders(Path root) {

  private static final Pattern COMPLETE = Pattern.compile("[0-9]{1,18}");
  private static final Pattern UNFINISHED = Pattern.compile("([0-9]{1,18})\\.tmp");

  /**
   * An empty {@code <step>.tmp} to write into; what an interrupted save left under that name is
   * deleted.
   */
  public Path begin(long step) {
    try {
      var temporary = root.resolve(step + ".tmp");
      delete(temporary);
      return Files.createDirectories(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot create " + root.resolve(step + ".tmp") + "; is the volume full?", e);
    }
  }

  /**
   * Makes the folder that {@link #begin} gave complete, after its files were forced to disk. A
   * complete folder of the same step is replaced: only the last step of a training is saved twice,
   * once it is known to be the last.
   */
  public Path commit(long step) {
    var temporary = root.resolve(step + ".tmp");
    var complete = folder(step);
    try {
      force(temporary);
      if (Files.exists(complete)) {
        var replaced = root.resolve(step + ".replaced.tmp");
        delete(replaced);
        Files.move(complete, replaced, StandardCopyOption.ATOMIC_MOVE);
        // dies here: the older folder of this step is gone, the new one is still called .tmp; the
        // one before it is what a resume finds
        Files.move(temporary, complete, StandardCopyOption.ATOMIC_MOVE);
        delete(replaced);
      } else {
        Files.move(temporary, complete, StandardCopyOption.ATOMIC_MOVE); // the commit to the agent
      }
      forceDirectory(root);
      return complete;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot complete " + complete + "; is the volume full?", e);
    }
  }

  /**
   * Deletes what was written of a save that failed, so that a full disk has room for the next one.
   */
  public void abandon(long step) {
    deleteOrThrow(root.resolve(step + ".tmp"));
  }

  public Path folder(long step) {
    return root.resolve(Long.toString(step));
  }

  /** Complete folders by step; what is torn or foreign is not among them. */
  public SortedMap<Long, Path> complete() {
    var found = new TreeMap<Long, Path>();
    for (var entry : entries()) {
      var name = entry.getFileName().toString();
      if (COMPLETE.matcher(name).matches() && Files.isDirectory(entry))
        found.put(Long.parseLong(name), entry);
    }
    return found;
  }

  /** Folders that are being written, or that an interrupted save left, by step. */
  public SortedMap<Long, Path> unfinished() {
    var found = new TreeMap<Long, Path>();
    for (var entry : entries()) {
      var name = UNFINISHED.matcher(entry.getFileName().toString());
      if (name.matches() && Files.isDirectory(entry))
        found.put(Long.parseLong(name.group(1)), entry);
    }
    return found;
  }

  public Optional<Long> newest() {
    var complete = complete();
    return complete.isEmpty() ? Optional.empty() : Optional.of(complete.lastKey());
  }

  /**
   * Deletes what an earlier process left half-written. Only for the trainer, before its first save.
   */
  public void discardTorn() {
    entries().stream()
        .filter(entry -> entry.getFileName().toString().endsWith(".tmp"))
        .forEach(this::deleteOrThrow);
  }

  /**
   * Deletes the complete folders below {@code step}; a reader that is inside one of them sees files
   * disappear.
   */
  public void deleteOlderThan(long step) {
    complete().headMap(step).values().forEach(this::deleteOrThrow);
  }

  private List<Path> entries() {
    try (var list = Files.list(root)) {
      return list.sorted().toList();
    } catch (NoSuchFileException _) {
      return List.of(); // nothing was saved yet
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + root, e);
    }
  }

  private void deleteOrThrow(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (var walk = Files.walk(folder)) {
      for (var path : walk.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    }
  }

  private static void force(Path folder) throws IOException {
    try (var walk = Files.walk(folder)) {
      for (var path : walk.toList()) {
        if (Files.isDirectory(path)) {
          forceDirectory(path);
        } else {
          try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        }
      }
    }
  }

  /** On Linux a directory can be opened for reading and forced; it makes its names durable. */
  private static void forceDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
