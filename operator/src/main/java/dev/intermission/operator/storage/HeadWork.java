package dev.intermission.operator.storage;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.observation.Storage.HeadReading;
import java.util.Optional;

/** Reads and seals one job's HEAD. */
final class HeadWork {
  private final ObjectStore store;
  private final Layout layout;

  HeadWork(ObjectStore store, Layout layout) {
    this.store = store;
    this.layout = layout;
  }

  HeadReading read() {
    return reading(new HeadObject(store, layout).read());
  }

  /**
   * HEAD after the swap, whoever made it.
   *
   * @throws StorageRefused nobody knows what became of the swap: HEAD has to be read again
   */
  HeadReading seal(Optional<HeadSnapshot> expected, long run, Optional<Rollback> rollback) {
    return switch (new Seal(store, layout, RetryBudget.QUICK).seal(expected, run, rollback)) {
      case SealOutcome.Sealed(var head) -> reading(Optional.of(head));
      case SealOutcome.Overtaken(var now) -> reading(now);
      case SealOutcome.Undecided(var why) ->
          throw new StorageRefused(new Problem("SealUndecided", why));
    };
  }

  private HeadReading reading(Optional<HeadSnapshot> snapshot) {
    return new HeadReading(snapshot, snapshot.isEmpty() && manifestsExist());
  }

  private boolean manifestsExist() {
    try (var manifests = store.list(layout.manifests())) {
      return manifests.findAny().isPresent();
    }
  }
}
