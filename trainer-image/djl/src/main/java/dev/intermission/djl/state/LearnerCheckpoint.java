package dev.intermission.djl.state;

import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.sdk.SnapshotBuffers;
import dev.intermission.sdk.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Copies a learner at a step boundary and writes the copy as the files of a checkpoint: {@code
 * model.safetensors}, {@code optimizer.safetensors}, {@code state.json}, {@code architecture.json},
 * {@code numeric-profile.json}; and where the best weights are kept {@code evaluations.json} and
 * {@code best.safetensors}.
 */
public final class LearnerCheckpoint implements TrainingState {

  private static final List<String> CONTAINS =
      List.of("model", "optimizer", "schedule", "rng", "data");

  private final Learner learner;
  private final LearnerTensors live;
  private final LearnerTensors copy;
  private final Map<String, ByteBuffer> memory;
  private final SnapshotBuffers buffers;
  private final Map<String, String> profile;
  private final BestWeights best;

  public LearnerCheckpoint(Learner learner, Evaluations evaluations) {
    this.learner = learner;
    profile = CheckpointFiles.profile(learner, evaluations);
    best = new BestWeights(learner, evaluations);
    live = LearnerTensors.live(learner);
    memory = live.buffers();
    buffers = SnapshotBuffers.reserve(memory, learner.crew());
    copy = live.over(buffers.copies());
  }

  @Override
  public Snapshot snapshot(long step) {
    if (learner.position().step() != step) {
      throw new IllegalStateException(
          "asked to save step %d, the learner is at %d".formatted(step, learner.position().step()));
    }
    if (!learner.isWhole()) {
      throw new IllegalStateException(
          "The update after step %d failed half-way; what is in memory is no step's state. Nothing was saved."
              .formatted(step));
    }
    buffers.copy(memory);
    var boundary = StateFile.Boundary.of(learner);
    var chosen = best.snapshot();
    return directory -> write(directory, boundary, chosen);
  }

  /** On the writer's thread, while the learner goes on. */
  private Contents write(Path directory, StateFile.Boundary boundary, BestWeights.Chosen chosen)
      throws IOException {
    SafeTensors.write(directory.resolve(CheckpointFiles.MODEL), copy.weights());
    SafeTensors.write(directory.resolve(CheckpointFiles.OPTIMIZER), copy.moments());
    CheckpointFiles.writeJson(
        directory.resolve(CheckpointFiles.STATE), StateFile.at(boundary, learner));
    CheckpointFiles.writeJson(
        directory.resolve(CheckpointFiles.ARCHITECTURE), ArchitectureFile.of(learner.network()));
    CheckpointFiles.writeJson(directory.resolve(CheckpointFiles.PROFILE), profile);
    chosen.write(directory);
    return new Contents(CONTAINS, profile, copy.digests().bySubject());
  }

  /** The digests of the live state; for the training thread. */
  public Digests digests() {
    return live.digests();
  }

  /**
   * Tries whether {@link #export} could begin now: days of training must not end at a misspelt
   * path.
   *
   * @throws IOException why it could not
   */
  public static void requireExportable(Path file) throws IOException {
    if (Files.isDirectory(file))
      throw new FileSystemException(file.toString(), null, "is a folder");
    var temporary = temporary(file);
    Files.deleteIfExists(temporary); // of an export that died
    Files.createFile(temporary);
    Files.delete(temporary);
  }

  /**
   * Writes the weights that a training is made for into one file: the best ones, the newest where
   * none were kept. For the training thread.
   */
  public void export(Path file) throws IOException {
    var temporary = temporary(file);
    Files.deleteIfExists(temporary); // of an export that died
    SafeTensors.write(temporary, best.orElse(live.weights()));
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path temporary(Path file) throws IOException {
    var folder = Files.createDirectories(file.toAbsolutePath().getParent());
    return folder.resolve("." + file.getFileName() + ".tmp");
  }

  /** The size of weights and moments together. */
  public long bytes() {
    return buffers.bytes();
  }

  /**
   * Times one plain memory copy of the state: the measure for a save's stall. Only before the first
   * save.
   */
  public Duration timePlainCopy() {
    return buffers.timeCopy(memory);
  }
}
