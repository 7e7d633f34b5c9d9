package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.retention.Retreat;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.time.Instant;

/**
 * An operator that found its way back, below what the rule keeps, before anybody else made a move,
 * and goes it now.
 */
final class TestingRetreat implements Program {

  private final TestingWorld world;
  private final HeadSnapshot seen;
  private final ManifestRef to;

  /** Finds the way back in {@code world} as it is. */
  TestingRetreat(TestingWorld world) {
    this.world = world;
    var job = world.fork().job(); // what it looks at is not counted among its calls
    this.seen = job.head().orElseThrow();
    this.to = job.wayBack(seen).orElseThrow();
  }

  /** The newest checkpoint is quarantined, and more of its ancestors are damaged than are kept. */
  static void prologue(TestingWorld world) {
    Story.trained(world, TestingWorld.KEPT + 2L);
    TestingRepair.newestLoseAChunk(world, TestingWorld.KEPT + 1);
    var newest = world.job().head().flatMap(now -> now.head().manifest()).orElseThrow();
    world.job().quarantines().add(newest.name(), Quarantine.damaged("a chunk is gone", now(world)));
  }

  @Override
  public String name() {
    return "leaving";
  }

  @Override
  public boolean run(ObjectStore store) {
    var run = seen.head().run() + 1;
    return new Retreat(store, TestingJob.LAYOUT, TestingJob.BUDGET, world.store().clock())
            .leave(seen, run, to)
        instanceof SealOutcome.Sealed;
  }

  private static Instant now(TestingWorld world) {
    return world.store().clock().instant();
  }
}
