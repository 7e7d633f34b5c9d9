package dev.intermission.operator.storage;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.save.SaveTuning;
import java.time.Clock;
import java.util.Set;
import java.util.function.Supplier;

/** Runs one job's collector. */
final class SweepWork {
  private final ObjectStore store;
  private final Layout layout;
  private final Clock clock;

  SweepWork(ObjectStore store, Layout layout, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.clock = clock;
  }

  /** The grace is the one that agents commit under: nothing of a save in flight is old enough. */
  void sweep(int keepLast, Supplier<Set<String>> needed) {
    new Retention(store, layout, SaveTuning.STANDARD.grace(), clock, needed)
        .sweep(new KeepRule(keepLast));
  }
}
