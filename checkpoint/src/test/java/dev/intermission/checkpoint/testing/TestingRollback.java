package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import java.util.Optional;

/**
 * An operator that was asked to go back: looks for an older checkpoint, pins it, looks for a mark,
 * and only then seals HEAD onto it. Once.
 */
public final class TestingRollback implements Program {

  private final TestingWorld world;
  private final String name;
  private final int ancestor;
  private final long lastRun;

  /**
   * @param ancestor how many checkpoints back
   * @param lastRun it starts no later one
   */
  public TestingRollback(TestingWorld world, String name, int ancestor, long lastRun) {
    this.world = world;
    this.name = name;
    this.ancestor = ancestor;
    this.lastRun = lastRun;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean run(ObjectStore store) {
    var job = world.job(store);
    var seen = job.head();
    var head = seen.map(now -> now.head());
    if (head.isEmpty() || head.get().run() >= lastRun) return true;
    if (head.get().rolledBack().equals(Optional.of(name))) return true; // applied before
    var target = target(new ManifestStore(store, TestingJob.LAYOUT), head.get().manifest());
    if (target.isEmpty() || !pinned(store, target.get())) return false;
    var rollback = Optional.of(new Rollback(name, target.get()));
    return job.seal(seen, head.get().run() + 1, rollback) instanceof SealOutcome.Sealed(var now)
        && now.head().rolledBack().equals(Optional.of(name));
  }

  private Optional<ManifestRef> target(ManifestStore manifests, Optional<ManifestRef> newest) {
    var target = newest;
    for (var i = 0; i < ancestor && target.isPresent(); i++) {
      target = target.flatMap(ref -> manifests.find(ref.name())).flatMap(Manifest::parent);
    }
    return target.filter(ref -> manifests.find(ref.name()).isPresent());
  }

  /** Pins, then looks for a mark: in this order. */
  private boolean pinned(ObjectStore store, ManifestRef target) {
    var pin = TestingJob.LAYOUT.pin(target.name(), name);
    if (store.createOnce(pin, Payload.Bytes.of(new byte[0])) instanceof CreateOutcome.AnswerLost) {
      return false;
    }
    if (store.inspect(TestingJob.LAYOUT.mark(target.name())).isPresent()
        || store.inspect(TestingJob.LAYOUT.manifest(target.name())).isEmpty()) {
      return false;
    }
    world.witness().pinned(target.name());
    return true;
  }
}
