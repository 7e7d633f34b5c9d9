package dev.intermission.sdk;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What the program itself decides about its session.
 *
 * @param localDirectory where checkpoints go outside Kubernetes
 * @param totalSteps the step at which training is finished; its checkpoint is declared {@code
 *     finished}
 * @param finishTimeout how long {@link TrainingSession#finish} waits for the final checkpoint to be
 *     committed
 * @param clock for {@code progress.json} and the cadence
 */
public record SessionOptions(
    Path localDirectory, Optional<Long> totalSteps, Duration finishTimeout, InstantSource clock) {

  /** Ten minutes for the last upload, the system's clock. */
  public static SessionOptions of(Path localDirectory, long totalSteps) {
    return new SessionOptions(
        localDirectory, Optional.of(totalSteps), Duration.ofMinutes(10), InstantSource.system());
  }

  boolean isLast(long step) {
    return totalSteps.filter(total -> step >= total).isPresent();
  }
}
