package dev.intermission.djl;

import dev.intermission.djl.learn.Evaluation;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.metrics.EventFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of a training becomes a curve, where somebody wants to look at curves. */
record Curves(Optional<EventFolder> events) implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Curves.class);

  /**
   * Goes on after {@code resumed} steps; without a folder nothing is written, and neither with one
   * that cannot be: that is said, for no curve is worth a training.
   */
  static Curves open(Optional<Path> folder, long resumed) {
    return new Curves(folder.flatMap(wanted -> events(wanted, resumed)));
  }

  private static Optional<EventFolder> events(Path folder, long resumed) {
    try {
      return Optional.of(EventFolder.open(folder, resumed, Clock.systemUTC()));
    } catch (IOException | UncheckedIOException e) {
      LOG.error(
          "--tensorboard {}: {}. Nothing is written there; training goes on.",
          folder,
          e.toString());
      return Optional.empty();
    }
  }

  void trained(long step, Learner.Report report, double millisPerStep) {
    write(
        step,
        Map.of(
            "train/loss",
            (double) report.loss(),
            "train/learning_rate",
            (double) report.learningRate(),
            "train/step_millis",
            millisPerStep));
  }

  void evaluated(Evaluation evaluation) {
    write(
        evaluation.step(),
        Map.of("validation/loss", evaluation.loss(), "validation/accuracy", evaluation.accuracy()));
  }

  private void write(long step, Map<String, Double> values) {
    events.ifPresent(folder -> folder.scalars(step, values));
  }

  @Override
  public void close() {
    events.ifPresent(EventFolder::close);
  }
}
