package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.retention.Pin;
import dev.intermission.checkpoint.retention.PinOutcome;
import dev.intermission.checkpoint.retention.Pins;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.Optional;

/**
 * An operator that was asked to go back: looks for an older checkpoint, pins it while it decides,
 * writes into status that it goes there, and only then seals HEAD onto it. Once.
 */
public final class TestingRollback implements Program {

  private final TestingWorld world;
  private final String name;
  private final int ancestor;
  private final long lastRun;

  /** The rollback that HEAD had when this one was first looked at, as a spec has one at a time. */
  private Optional<Optional<String>> before = Optional.empty();

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
    if (isOver(head.get().rolledBack())) return true;
    var target = target(new ManifestStore(store, TestingJob.LAYOUT), head.get().manifest());
    if (target.isEmpty() || !pinned(store, target.get())) return false;
    var rollback = Optional.of(new Rollback(name, target.get()));
    return job.seal(seen, head.get().run() + 1, rollback) instanceof SealOutcome.Sealed(var now)
        && now.head().rolledBack().equals(Optional.of(name));
  }

  /** Applied before, or replaced by another wish, which came later: it is never asked for again. */
  private boolean isOver(Optional<String> rolledBack) {
    if (before.isEmpty()) before = Optional.of(rolledBack);
    return rolledBack.equals(Optional.of(name)) || !rolledBack.equals(before.get());
  }

  private Optional<ManifestRef> target(ManifestStore manifests, Optional<ManifestRef> newest) {
    var target = newest;
    for (var i = 0; i < ancestor && target.isPresent(); i++) {
      target = target.flatMap(ref -> manifests.find(ref.name())).flatMap(Manifest::parent);
    }
    return target.filter(ref -> manifests.find(ref.name()).isPresent());
  }

  /** Two of one job pin under one name: what one of them is refused, the other may rely on. */
  private boolean pinned(ObjectStore store, ManifestRef target) {
    var clock = world.store().clock();
    var pins = new Pins(store, TestingJob.LAYOUT, TestingJob.BUDGET, clock);
    var pin = Pin.forADecision(target.name(), TestingJob.LAYOUT.job(), clock.instant());
    if (pins.pin(pin) instanceof PinOutcome.Refused) return false;
    world.witness().wanted(target.name());
    return true;
  }
}
