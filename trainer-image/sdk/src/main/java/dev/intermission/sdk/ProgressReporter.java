package dev.intermission.sdk;

import dev.intermission.sdk.directory.JsonFile;
import dev.intermission.sdk.directory.ProgressFile;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces {@code progress.json} at most four times a second, and at once when something other than
 * the step changed.
 */
final class ProgressReporter {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressReporter.class);

  private static final Duration AT_MOST_EVERY = Duration.ofMillis(250);

  private final JsonFile<ProgressFile> file;
  private final Optional<Long> totalSteps;
  private final InstantSource clock;
  private final Map<String, Double> own = new TreeMap<>();
  private Optional<Long> firstStep = Optional.empty();
  private Optional<Long> held = Optional.empty();
  private Optional<ProgressFile.Failure> failed = Optional.empty();
  private Optional<String> exact = Optional.empty();
  private boolean finished;
  private boolean changed = true;
  private boolean failing;
  private Position position = new Position(0, Optional.empty(), Map::of);
  private OptionalLong armed = OptionalLong.empty();
  private OptionalLong missed = OptionalLong.empty();
  private long writtenMillis;

  /** Where training is; the metrics are asked for only when they are written. */
  record Position(long step, Optional<Double> epoch, Supplier<Map<String, Double>> metrics) {}

  ProgressReporter(JsonFile<ProgressFile> file, Optional<Long> totalSteps, InstantSource clock) {
    this.file = file;
    this.totalSteps = totalSteps;
    this.clock = clock;
  }

  void exact(String verdict) {
    exact = Optional.of(verdict);
    changed = true;
  }

  void at(Position now) {
    if (firstStep.isEmpty()) firstStep = Optional.of(now.step());
    position = now;
  }

  void requests(OptionalLong newestArmed, OptionalLong newestMissed) {
    changed |= !armed.equals(newestArmed) || !missed.equals(newestMissed);
    armed = newestArmed;
    missed = newestMissed;
  }

  void held(Optional<Long> id) {
    changed |= !held.equals(id);
    held = id;
  }

  void failed(ProgressFile.Failure failure) {
    failed = Optional.of(failure);
    changed = true;
  }

  void measured(String metric, double value) {
    own.put(metric, value);
  }

  /** What the trainer measured at this step; nothing, if it last spoke of another one. */
  SavePoint.Measured measuredAt(long step) {
    if (position.step() != step) return new SavePoint.Measured(Optional.empty(), Map.of());
    return new SavePoint.Measured(
        position.epoch().filter(Double::isFinite), finite(position.metrics().get()));
  }

  void finished() {
    finished = true;
    changed = true;
  }

  /** Writes what the agent waits for, if that has not been possible: for waits. */
  void flushChange() {
    if (changed) flush();
  }

  /**
   * Writes if it is time or if something changed that the agent waits for. A report that cannot be
   * written ends nothing: it is said once, and tried again at the next boundary.
   */
  void flush() {
    var now = clock.instant();
    var elapsed =
        Math.abs(
            now.toEpochMilli() - writtenMillis); // a clock that was set back must not silence us
    if (!changed && elapsed < AT_MOST_EVERY.toMillis()) return;
    var metrics = finite(position.metrics().get());
    metrics.putAll(finite(own));
    try {
      file.replace(
          new ProgressFile(
              position.step(),
              totalSteps,
              position.epoch(),
              metrics,
              firstStep,
              boxed(armed),
              boxed(missed),
              held,
              failed,
              finished,
              exact,
              now));
    } catch (UncheckedIOException failure) {
      if (!failing)
        LOG.error("{} Training goes on, but nobody sees where it is.", failure.getMessage());
      failing = true;
      return;
    }
    changed = false;
    failing = false;
    writtenMillis = now.toEpochMilli();
  }

  private static Map<String, Double> finite(Map<String, Double> metrics) {
    var finite = new TreeMap<>(metrics);
    finite.values().removeIf(value -> !Double.isFinite(value)); // JSON has no NaN
    return finite;
  }

  private static Optional<Long> boxed(OptionalLong id) {
    return id.isPresent() ? Optional.of(id.getAsLong()) : Optional.empty();
  }
}
