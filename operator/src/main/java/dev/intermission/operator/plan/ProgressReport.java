package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ProgressStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.Manifest;
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
    if (draft.status().phase() == Phase.SUCCEEDED) return; // the last word is the checkpoint's
    var shown = recorded.progress().filter(old -> old.run().equals(Optional.of(pass.run())));
    if (shown
        .filter(old -> old.step() == newest.get().step() && !old.at().isBefore(newest.get().at()))
        .isPresent()) return;
    if (draft.status().equals(recorded)
        && shown.filter(old -> tooSoon(pass, old, newest.get())).isPresent()) return;
    draft.record(draft.status().withProgress(status(pass.run(), newest.get(), shown)));
  }

  /** By the trainer's own clock alone; one that was set back delays nothing. */
  private static boolean tooSoon(Pass pass, ProgressStatus shown, Progress now) {
    return !now.at().isBefore(shown.at())
        && now.at().isBefore(shown.at().plus(pass.pace().progress()));
  }

  /**
   * Where training ended, as the verified final checkpoint says; the last poll was some steps
   * earlier. Metrics and epoch are those of this very step: what the checkpoint declares, or else
   * what was reported for it.
   */
  static ProgressStatus atTheEnd(Pass pass, Manifest last) {
    var said =
        pass.workers().stream()
            .flatMap(worker -> pass.progress(worker).stream())
            .filter(progress -> progress.step() == last.step())
            .findFirst()
            .map(progress -> status(pass.run(), progress, Optional.empty()));
    var known = said.or(() -> pass.status().progress());
    var same = known.filter(progress -> progress.step() == last.step());
    var total = known.flatMap(ProgressStatus::totalSteps);
    return new ProgressStatus(
        last.step(),
        total,
        last.epoch().map(Double::longValue).or(() -> same.flatMap(ProgressStatus::epoch)),
        last.metrics().isEmpty()
            ? same.map(ProgressStatus::metrics).orElse(Map.of())
            : shown(last.metrics()),
        total.map(of -> percent(last.step(), of)),
        Optional.of(0L),
        same.map(ProgressStatus::at).orElse(last.createdAt()),
        Optional.of(pass.run()));
  }

  private static ProgressStatus status(long run, Progress now, Optional<ProgressStatus> before) {
    return new ProgressStatus(
        now.step(),
        now.totalSteps(),
        now.epoch().map(Double::longValue),
        shown(now.metrics()),
        now.totalSteps().map(total -> percent(now.step(), total)),
        remaining(now, before),
        now.at(),
        Optional.of(run));
  }

  private static int percent(long step, long of) {
    return of <= 0 ? 100 : (int) Math.min(100, 100 * step / of);
  }

  /** At the pace since the last report; the old estimate when nothing moved. */
  private static Optional<Long> remaining(Progress now, Optional<ProgressStatus> before) {
    if (before.isEmpty() || now.totalSteps().isEmpty()) return Optional.empty();
    var steps = now.step() - before.get().step();
    var millis = Duration.between(before.get().at(), now.at()).toMillis();
    if (steps <= 0 || millis <= 0) return before.get().remainingSeconds();
    return Optional.of(Math.max(0, now.totalSteps().get() - now.step()) * millis / steps / 1000);
  }

  private static Map<String, String> shown(Map<String, Double> metrics) {
    var shown = new TreeMap<String, String>();
    metrics.entrySet().stream()
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
