package dev.intermission.operator.record;

import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.metrics.OperatorMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Measures what users wait for, at the moment when it is written that the wait is over. */
public final class Milestones {
  private final OperatorMetrics metrics;

  public Milestones(OperatorMetrics metrics) {
    this.metrics = metrics;
  }

  void passed(TrainingJobStatus before, TrainingJobStatus after) {
    if (paused(before).isEmpty()) {
      paused(after)
          .ifPresent(
              at ->
                  metrics.paused(Duration.between(after.pause().orElseThrow().requestedAt(), at)));
    }
    if (proven(before).isEmpty()) {
      proven(after)
          .ifPresent(
              at ->
                  metrics.resumed(
                      Duration.between(after.resume().orElseThrow().requestedAt(), at)));
    }
  }

  /** In place when the trainers hold: how long they do is the user's wish. */
  private static Optional<Instant> paused(TrainingJobStatus status) {
    return status
        .pause()
        .flatMap(
            pause -> pause.heldAt().or(() -> pause.receipt().flatMap(Receipt::computeReleasedAt)));
  }

  private static Optional<Instant> proven(TrainingJobStatus status) {
    return status.resume().flatMap(resume -> resume.provenAt());
  }
}
