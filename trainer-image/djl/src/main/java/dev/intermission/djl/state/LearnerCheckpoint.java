package dev.intermission.djl.state;

import dev.intermission.djl.learn.Learner;
import dev.intermission.sdk.SnapshotBuffers;
import dev.intermission.sdk.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Copies a learner at a step boundary and writes the copy as the files of a checkpoint: {@code
 * model.safetensors}, {@code optimizer.safetensors}, {@code state.json}, {@code architecture.json},
 * {@code numeric-profile.json}.
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

  public LearnerCheckpoint(Learner learner) {
    this.learner = learner;
    profile = learner.profile();
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
    return directory -> write(directory, boundary);
  }

  /** On the writer's thread, while the learner goes on. */
  private Contents write(Path directory, StateFile.Boundary boundary) throws IOException {
    SafeTensors.write(directory.resolve(CheckpointFiles.MODEL), copy.weights());
    SafeTensors.write(directory.resolve(CheckpointFiles.OPTIMIZER), copy.moments());
    CheckpointFiles.writeJson(
        directory.resolve(CheckpointFiles.STATE), StateFile.at(boundary, learner));
    CheckpointFiles.writeJson(
        directory.resolve(CheckpointFiles.ARCHITECTURE), ArchitectureFile.of(learner.network()));
    CheckpointFiles.writeJson(directory.resolve(CheckpointFiles.PROFILE), profile);
    return new Contents(CONTAINS, profile, copy.digests().bySubject());
  }

  /** The digests of the live state; for the training thread. */
  public Digests digests() {
    return live.digests();
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
