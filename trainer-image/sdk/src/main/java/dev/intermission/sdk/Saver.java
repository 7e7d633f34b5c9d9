package dev.intermission.sdk;

import dev.intermission.sdk.directory.CheckpointDeclaration;
import dev.intermission.sdk.directory.CheckpointFolders;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes one snapshot at a time on a thread of its own. Used from the training thread alone.
 *
 * <p>A daemon thread: a process that is told to die does not wait for it.
 */
final class Saver implements AutoCloseable {

  private final CheckpointFolders folders;
  private final int worldSize;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("intermission-save").factory());
  private Optional<Future<SaveOutcome>> inFlight = Optional.empty();

  Saver(CheckpointFolders folders, int worldSize) {
    this.folders = folders;
    this.worldSize = worldSize;
  }

  boolean isIdle() {
    return inFlight.isEmpty();
  }

  /** Begins to write; the one before must have been collected, so that its buffers are free. */
  void begin(SavePoint point, SavePoint.Measured measured, TrainingState.Snapshot snapshot) {
    if (!isIdle()) throw new IllegalStateException("a save is in flight");
    inFlight = Optional.of(thread.submit(() -> write(point, measured, snapshot)));
  }

  /** The outcome of the save in flight, once, if it has ended. */
  Optional<SaveOutcome> collect() {
    return inFlight.filter(Future::isDone).map(_ -> await());
  }

  /**
   * Waits for the save in flight; the training thread does this only where it would have to wait
   * anyway.
   */
  SaveOutcome await() {
    var future = inFlight.orElseThrow();
    inFlight = Optional.empty();
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a checkpoint was being written", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "The state could not be written: " + e.getCause(),
          e.getCause()); // a defect, not a full disk
    }
  }

  private SaveOutcome write(
      SavePoint point, SavePoint.Measured measured, TrainingState.Snapshot snapshot) {
    var start = System.nanoTime();
    try {
      var directory =
          folders.begin(
              point.step()); // dies here or later: a .tmp folder, which the next start discards
      var contents = snapshot.write(directory);
      SharedDirectory.declaration(directory).replace(declaration(point, measured, contents));
      folders.commit(
          point.step()); // the commit to the agent; dies after it: the agent uploads a complete
      // folder
      return new SaveOutcome.Saved(point, Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException | UncheckedIOException e) {
      folders.abandon(point.step());
      return new SaveOutcome.Failed(point, describe(point, e));
    }
  }

  private CheckpointDeclaration declaration(
      SavePoint point, SavePoint.Measured measured, TrainingState.Contents contents) {
    return new CheckpointDeclaration(
        point.step(),
        contents.contains(),
        worldSize,
        point.requestId(),
        point.finished(),
        measured.epoch(),
        measured.metrics(),
        contents.numericProfile(),
        contents.digests());
  }

  private String describe(SavePoint point, Exception failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return "Step %d could not be saved in %s: %s. Training goes on; nothing that was saved before is affected. If the volume is full, raise spec.checkpoint.volume.sizeLimit."
        .formatted(point.step(), folders.root(), cause.getMessage());
  }

  @Override
  public void close() {
    thread.close(); // waits for a write in flight: half a folder is of no use to anybody
  }
}
