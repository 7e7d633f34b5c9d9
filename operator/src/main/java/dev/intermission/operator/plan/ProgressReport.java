package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ProgressStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.Progress;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Shows where the trainer is: with every other change of status, and by itself no more often than
 * the installation's pace allows [37].
 */
final class ProgressReport {

  private static final int MOST_METRICS = 16;

  private static final MathContext DIGITS = new MathContext(4);

  private ProgressReport() {}

  static void plan(Pass pass, TrainingJobStatus recorded, Draft draft) {
    var newest =
        pass.workers().stream()
            .flatMap(worker -> pass.progress(worker).stream())
            .max(Comparator.comparingLong(Progress::step));
    if (newest.isEmpty()) return;
    var shown = recorded.progress();
    if (shown
        .filter(old -> old.step() == newest.get().step() && !old.at().isBefore(newest.get().at()))
        .isPresent()) return;
    var due = shown.map(old -> old.at().plus(pass.pace().progress()));
    if (draft.status().equals(recorded) && due.filter(newest.get().at()::isBefore).isPresent())
      return;
    draft.record(draft.status().withProgress(status(newest.get(), shown)));
  }

  private static ProgressStatus status(Progress now, Optional<ProgressStatus> before) {
    var percent =
        now.totalSteps()
            .filter(total -> total > 0)
            .map(total -> (int) Math.min(100, 100 * now.step() / total));
    return new ProgressStatus(
        now.step(),
        now.totalSteps(),
        now.epoch().map(Double::longValue),
        metrics(now),
        percent,
        remaining(now, before),
        now.at());
  }

  /** At the pace since the last report; the old estimate when nothing moved. */
  private static Optional<Long> remaining(Progress now, Optional<ProgressStatus> before) {
    if (before.isEmpty() || now.totalSteps().isEmpty()) return Optional.empty();
    var steps = now.step() - before.get().step();
    var millis = Duration.between(before.get().at(), now.at()).toMillis();
    if (steps <= 0 || millis <= 0) return before.get().remainingSeconds();
    return Optional.of(Math.max(0, now.totalSteps().get() - now.step()) * millis / steps / 1000);
  }

  private static Map<String, String> metrics(Progress now) {
    var shown = new TreeMap<String, String>();
    now.metrics().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(MOST_METRICS)
        .forEach(metric -> shown.put(metric.getKey(), text(metric.getValue())));
    return shown;
  }

  private static String text(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(DIGITS).toString()
        : Double.toString(value);
  }
}
