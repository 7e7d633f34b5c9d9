package dev.intermission.sdk.directory;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code progress.json}: what a trainer says at a step boundary. A reader may miss versions in
 * between, so nothing here is an event: every field holds the newest value of its kind.
 *
 * @param step optimizer updates made; the step of the boundary at which this was written
 * @param totalSteps the step at which training will be finished
 * @param epoch passes over the data, with a fraction
 * @param metrics such as {@code loss}; finite numbers
 * @param firstStep the first step that this process made: one more than the step it resumed from,
 *     or it did not resume there
 * @param armed newest checkpoint request that the trainer took on
 * @param missed newest checkpoint request whose step had passed already when the trainer read it
 * @param held request for which the trainer waits at this boundary now, its checkpoint folder
 *     complete
 * @param failed newest save that could not be made; training goes on
 * @param finished no step will follow
 * @param exact {@code exact}, or why the steps after a resume may differ in bits
 */
public record ProgressFile(
    long step,
    Optional<Long> totalSteps,
    Optional<Double> epoch,
    Map<String, Double> metrics,
    Optional<Long> firstStep,
    Optional<Long> armed,
    Optional<Long> missed,
    Optional<Long> held,
    Optional<Failure> failed,
    boolean finished,
    Optional<String> exact,
    Instant at) {

  /** A save that could not be made: for which request, if for one, at which step, and why. */
  public record Failure(Optional<Long> id, long step, String message) {}

  public ProgressFile {
    if (step < 0)
      throw new IllegalArgumentException("progress.json: step must not be negative, is " + step);
    metrics = metrics == null ? Map.of() : Map.copyOf(new TreeMap<>(metrics));
    if (at == null) at = Instant.EPOCH;
  }

  /** Nothing but a step, as a shell script would write it. */
  public static ProgressFile at(long step, Instant now) {
    return new ProgressFile(
        step,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        now);
  }
}
