package dev.intermission.djl;

import dev.intermission.djl.learn.Evaluation;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.metrics.EventFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** What of a training becomes a curve, where somebody wants to look at curves. */
record Curves(Optional<EventFolder> events) implements AutoCloseable {

  /** Goes on after {@code resumed} steps; without a folder nothing is written. */
  static Curves open(Optional<Path> folder, long resumed) throws IOException {
    return folder.isEmpty()
        ? new Curves(Optional.empty())
        : new Curves(Optional.of(EventFolder.open(folder.get(), resumed, Clock.systemUTC())));
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
  public void close() throws IOException {
    if (events.isPresent()) events.get().close();
  }
}
