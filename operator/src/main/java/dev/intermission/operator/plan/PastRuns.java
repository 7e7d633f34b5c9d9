package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.PastRun;
import dev.intermission.api.v1alpha1.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is kept of runs: how each began, and with which hyperparameters. */
final class PastRuns {

  private static final int KEPT = 10;

  private PastRuns() {}

  /** {@code run} begins: the newest first. */
  static List<PastRun> with(Pass pass, RunStatus run) {
    var before = pass.status().runs();
    var overrides = pass.spec().overrides();
    var changed =
        before.stream()
            .findFirst()
            .map(last -> changed(last.overrides(), overrides))
            .orElse(List.of());
    var begun =
        new PastRun(
            run.number(),
            run.startedAt(),
            run.reason(),
            run.resumedFrom().map(ManifestStatus::step),
            overrides,
            changed);
    return Stream.concat(Stream.of(begun), before.stream()).limit(KEPT).toList();
  }

  private static List<String> changed(Map<String, String> before, Map<String, String> now) {
    var names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    var changed = new ArrayList<String>();
    for (var name : names) {
      var old = Optional.ofNullable(before.get(name));
      var value = Optional.ofNullable(now.get(name));
      if (!old.equals(value))
        changed.add(name + ": " + old.orElse("(not set)") + " -> " + value.orElse("(not set)"));
    }
    return changed;
  }
}
