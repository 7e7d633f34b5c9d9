package dev.intermission.sdk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Everything a training needs to go on from a step boundary; implemented by the trainer. */
public interface TrainingState {

  /**
   * Copies the state as it is after {@code step}. Called on the training thread, and the only part
   * of a save that training waits for: copy memory into buffers that exist already ({@link
   * SnapshotBuffers}), nothing else. The copy may be overwritten by the next call, which comes only
   * after the snapshot's {@code write} returned.
   */
  Snapshot snapshot(long step);

  /** A copy of the state that training cannot change any more. */
  interface Snapshot {

    /**
     * Writes the copy as files into an empty directory; called on a background thread. What it
     * leaves behind when it throws is deleted.
     *
     * @throws IOException the disk is full or broken: training goes on and the failure is reported
     */
    Contents write(Path directory) throws IOException;
  }

  /**
   * What {@code checkpoint.json} will declare.
   *
   * @param contains of {@code model, optimizer, schedule, rng, data}: claim only what a resume
   *     continues exactly
   * @param numericProfile what decides the bits of the arithmetic
   * @param digests SHA-256 in hex by subject, such as {@code weights} and {@code moments}
   */
  record Contents(
      List<String> contains, Map<String, String> numericProfile, Map<String, String> digests) {}
}
