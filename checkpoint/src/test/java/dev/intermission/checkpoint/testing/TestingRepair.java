package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.util.Optional;

/**
 * An operator that looks at HEAD's checkpoint in depth and, when it is damaged, quarantines it and
 * begins the next run from an older one.
 */
public final class TestingRepair implements Program {

  private final TestingWorld world;
  private final String name;

  public TestingRepair(TestingWorld world, String name) {
    this.world = world;
    this.name = name;
  }

  /** A chunk that only HEAD's checkpoint has is gone, behind everybody's back. */
  static void newestLosesAChunk(TestingWorld world) {
    newestLoseAChunk(world, 1);
  }

  /** As {@link #newestLosesAChunk}, and so do its nearest ancestors, {@code count} in all. */
  static void newestLoseAChunk(TestingWorld world, int count) {
    var manifests = new ManifestStore(world.store(), TestingJob.LAYOUT);
    var next = world.job().head().flatMap(now -> now.head().manifest());
    for (var lost = 0; lost < count; lost++) {
      var ref = next.orElseThrow();
      next = manifests.read(ref).parent();
      losesAChunk(world, ref);
    }
  }

  private static void losesAChunk(TestingWorld world, ManifestRef ref) {
    var manifest = new ManifestStore(world.store(), TestingJob.LAYOUT).read(ref);
    var own = manifest.chunks().filter(chunk -> chunk.key().contains("-" + ref.step() + "-"));
    world.store().remove(TestingJob.LAYOUT.chunks() + own.findFirst().orElseThrow().key());
    world.witness().damaged(ref);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean run(ObjectStore store) {
    var job = world.job(store);
    var seen = job.head().orElseThrow();
    var newest = seen.head().manifest().orElseThrow();
    if (!isDamaged(store, newest)) return true; // gone past before, or somebody saved meanwhile
    job.quarantines()
        .add(newest.name(), Quarantine.damaged("a chunk is gone", store().clock().instant()));
    return job.leave(seen, seen.head().run() + 1) // to nothing: a person must look
        .filter(outcome -> outcome instanceof SealOutcome.Sealed)
        .isPresent();
  }

  private boolean isDamaged(ObjectStore store, ManifestRef ref) {
    return new Verifier(store, TestingJob.LAYOUT, TestingJob.BUDGET, store().clock())
            .verify(ref, Mode.READ, Optional.empty())
        instanceof Verification.Defective;
  }

  private TestingStore store() {
    return world.store();
  }
}
