package dev.intermission.agent.work;

import dev.intermission.agent.state.Leftovers;
import dev.intermission.control.Problem;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the board's view of the shared directory true: told by the kernel within milliseconds, and
 * looking by itself every second, because a kernel may drop events. Deletes what is of no more use.
 */
public final class Watching implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Watching.class);
  private static final Duration SLOW_LOOK = Duration.ofSeconds(1);
  private static final Duration LOOK_WITHOUT_EVENTS = Duration.ofMillis(100);
  private static final long NEARLY_FULL_BYTES = 1 << 20;

  private final SharedDirectory directory;
  private final DirectoryLook look;
  private final Board board;

  /** A watch of {@code directory} that reports to {@code board}. */
  public Watching(SharedDirectory directory, Board board) {
    this.directory = directory;
    this.look = new DirectoryLook(directory);
    this.board = board;
  }

  @Override
  public void run() {
    try (var events = directory.root().getFileSystem().newWatchService()) {
      subscribe(events);
      while (!Thread.currentThread().isInterrupted()) {
        lookAgain();
        var key = events.poll(SLOW_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    } catch (
        IOException
            e) { // no inotify watch to be had: looking often costs a little CPU, not a checkpoint
      LOG.atWarn().setCause(e).log("no file events; looking ten times a second instead");
      lookWithoutEvents();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look, now: what has just been renamed is on the board when this returns. */
  public synchronized void lookAgain() {
    try {
      var resumeStep = board.facts().start().step();
      var seen = look.look(resumeStep, fullDisk());
      var facts = board.update(before -> before.with(seen));
      for (var leftover : Leftovers.of(facts)) Trees.delete(leftover.path());
      if (Leftovers.resumeIsUsed(facts)) Trees.delete(directory.resume());
    } catch (IOException | UncheckedIOException e) {
      var problem =
          new Problem(
              "SharedDirectoryFailing",
              "Cannot read or tidy "
                  + directory.root()
                  + ": "
                  + e.getMessage()
                  + ". Checkpoints in S3 are untouched; look at the node's disk.");
      board.update(facts -> facts.with(facts.seen().with(problem)));
    }
  }

  private void subscribe(WatchService events) throws IOException {
    var checkpoints = Files.createDirectories(directory.checkpoints().root());
    for (var path : new Path[] {directory.root(), checkpoints}) {
      path.register(
          events, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
    }
  }

  private void lookWithoutEvents() {
    try {
      while (true) {
        lookAgain();
        Thread.sleep(LOOK_WITHOUT_EVENTS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Problem> fullDisk() throws IOException {
    var left = Files.getFileStore(directory.root()).getUsableSpace();
    if (left >= NEARLY_FULL_BYTES) return Optional.empty();
    return Optional.of(
        new Problem(
            "VolumeFull",
            directory.root()
                + " has no room left, so the trainer cannot save. Durable checkpoints are"
                + " untouched; raise spec.checkpoint.volume.sizeLimit or free the node's disk."));
  }
}
