package dev.intermission.agent.state;

import dev.intermission.control.Problem;
import dev.intermission.sdk.directory.ProgressFile;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lies in the shared directory.
 *
 * @param progress what the trainer last said
 * @param folders complete checkpoints by step
 * @param unfinished the newest one that is still being written
 * @param resume the restored checkpoint, while the trainer has not trained past it
 * @param problem of the directory itself, such as a full disk
 */
public record Seen(
    Optional<ProgressFile> progress,
    SortedMap<Long, Folder> folders,
    Optional<Unfinished> unfinished,
    Optional<Folder> resume,
    Optional<Problem> problem) {

  /** An empty directory. */
  public static final Seen NOTHING =
      new Seen(
          Optional.empty(), new TreeMap<>(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Copies the folders. */
  public Seen {
    folders = Collections.unmodifiableSortedMap(new TreeMap<>(folders));
  }

  /** The same look, with a problem of the directory. */
  public Seen with(Problem why) {
    return new Seen(progress, folders, unfinished, resume, Optional.of(why));
  }

  /** Whether the trainer waits for request {@code id} at a boundary. */
  public boolean holds(long id) {
    return progress.flatMap(ProgressFile::held).filter(held -> held == id).isPresent();
  }

  /** Whether the trainer says that nothing will follow. */
  public boolean finished() {
    return progress.filter(ProgressFile::finished).isPresent();
  }
}
