package dev.intermission.operator.storage;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.retention.Retreat;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.operator.plan.observation.Storage.HeadReading;
import java.time.Clock;
import java.util.Optional;

/** Reads and seals one job's HEAD. */
final class HeadWork {
  private final ObjectStore store;
  private final Layout layout;
  private final Clock clock;

  HeadWork(ObjectStore store, Layout layout, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.clock = clock;
  }

  HeadReading read() {
    return reading(new HeadObject(store, layout).read());
  }

  /** Whether nothing may resume from the checkpoint that HEAD names. */
  Optional<SealOutcome.Quarantined> quarantine(HeadReading reading) {
    var manifest = reading.snapshot().flatMap(seen -> seen.head().manifest());
    return manifest.flatMap(
        ref ->
            new Quarantines(store, layout, RetryBudget.QUICK)
                .find(ref.name())
                .map(note -> new SealOutcome.Quarantined(ref, note)));
  }

  SealOutcome seal(Optional<HeadSnapshot> expected, long run, Optional<Rollback> rollback) {
    return new Seal(store, layout, RetryBudget.QUICK).seal(expected, run, rollback);
  }

  SealOutcome leave(HeadSnapshot expected, long run, ManifestRef to) {
    return new Retreat(store, layout, RetryBudget.QUICK, clock).leave(expected, run, to);
  }

  HeadReading reading(Optional<HeadSnapshot> snapshot) {
    return new HeadReading(snapshot, snapshot.isEmpty() && manifestsExist());
  }

  /** A fork's copy, made for the first seal and under its token, is not one that was trained. */
  private boolean manifestsExist() {
    var copies = Seal.token(Optional.empty(), 1);
    try (var manifests = store.list(layout.manifests())) {
      return manifests
          .map(object -> object.key().substring(layout.manifests().length()))
          .anyMatch(name -> !ManifestRef.isName(name) || !ManifestRef.tokenOf(name).equals(copies));
    }
  }
}
