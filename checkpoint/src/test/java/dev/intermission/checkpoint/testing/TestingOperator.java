package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.Optional;

/**
 * An operator: looks at HEAD and, later, seals exactly what it saw for the next run; from a
 * quarantined checkpoint it goes back to an older one.
 */
public final class TestingOperator implements Program {

  private final TestingWorld world;
  private final String name;
  private final long goal;

  /**
   * @param goal the last run that it starts
   */
  public TestingOperator(TestingWorld world, String name, long goal) {
    this.world = world;
    this.name = name;
    this.goal = goal;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean run(ObjectStore store) {
    var job = world.job(store);
    var seen = job.head();
    var run = seen.map(now -> now.head().run()).orElse(0L);
    if (run >= goal) return true;
    switch (job.seal(seen, run + 1, Optional.empty())) {
      case SealOutcome.Sealed(var sealed) -> release(world, sealed);
      case SealOutcome.Quarantined _ -> job.leave(seen.orElseThrow(), run + 1);
      case SealOutcome.Overtaken _, SealOutcome.Undecided _ -> {}
      case SealOutcome.Expired _ -> {} // of going back only
    }
    return false;
  }

  /** The receipt of a pause: it counts from the seal on. */
  static void release(TestingWorld world, HeadSnapshot sealed) {
    sealed.head().manifest().ifPresent(world.witness()::receipted);
  }
}
