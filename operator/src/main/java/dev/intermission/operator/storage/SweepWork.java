package dev.intermission.operator.storage;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Purge;
import dev.intermission.checkpoint.retention.Purged;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.save.SaveTuning;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.Action.SweepRetention.Extent;
import dev.intermission.operator.plan.observation.Upkeep.Swept;
import java.time.Clock;
import java.util.Set;
import java.util.function.Supplier;

/** Collects what one job does not need any more, or all that it has. */
final class SweepWork {
  private final ObjectStore store;
  private final Layout layout;
  private final Clock clock;

  SweepWork(ObjectStore store, Layout layout, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.clock = clock;
  }

  /**
   * The grace is the one that agents commit under: nothing of a save in flight is old enough. A
   * damaged checkpoint blocks the sweep and is no trouble of the storage.
   */
  Swept sweep(KeepRule keep, Extent extent, Supplier<Set<String>> needed) {
    var retention = new Retention(store, layout, SaveTuning.STANDARD.grace(), clock, needed);
    try {
      return new Swept.Done(
          switch (extent) {
            case MANIFESTS -> retention.expire(keep);
            case EVERYTHING -> retention.sweep(keep);
          });
    } catch (StoreException.Damaged | StoreException.FormatTooNew unreadable) {
      return new Swept.Blocked(
          new Problem(
              unreadable.reason(),
              "No checkpoint is deleted, since nobody knows what this one needs: "
                  + unreadable.getMessage()));
    }
  }

  Purged purge() {
    return new Purge(store, layout, RetryBudget.QUICK, clock).purge();
  }
}
