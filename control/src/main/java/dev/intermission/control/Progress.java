package dev.intermission.control;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the trainer last said about itself.
 *
 * @param step optimizer updates done since the beginning of the job
 * @param totalSteps how many there will be
 * @param epoch passes over the data, with a fraction
 * @param metrics such as {@code loss}
 * @param at when the trainer wrote it
 * @param finished whether training is complete
 * @param firstStep the first step that this run reported: what proves a resume
 * @param stepsPerSecond how fast steps were made lately; absent until that can be told
 */
public record Progress(
    long step,
    Optional<Long> totalSteps,
    Optional<Double> epoch,
    Map<String, Double> metrics,
    Instant at,
    boolean finished,
    Optional<Long> firstStep,
    Optional<Double> stepsPerSecond) {

  /** Copies the metrics. */
  public Progress {
    metrics = Map.copyOf(metrics);
  }
}
