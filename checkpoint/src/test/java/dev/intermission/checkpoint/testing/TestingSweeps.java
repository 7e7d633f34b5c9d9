package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.ObjectStore;
import java.time.Duration;

/** A collector over days: what one sweep marks, the next one deletes. */
public final class TestingSweeps implements Program {

  private final TestingWorld world;

  public TestingSweeps(TestingWorld world) {
    this.world = world;
  }

  @Override
  public String name() {
    return "days of sweeps";
  }

  @Override
  public boolean run(ObjectStore store) {
    for (var sweep = 0; sweep < 2; sweep++) {
      new TestingCollector(world, name()).run(store);
      world.store().advance(Duration.ofHours(30));
    }
    return true;
  }
}
