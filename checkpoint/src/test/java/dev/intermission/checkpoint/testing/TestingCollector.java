package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.s3.ObjectStore;

/** A collector: one sweep in each life. */
public final class TestingCollector implements Program {

  private final TestingWorld world;
  private final String name;

  public TestingCollector(TestingWorld world, String name) {
    this.world = world;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean run(ObjectStore store) {
    var needed = world.witness();
    new Retention(store, TestingJob.LAYOUT, TestingJob.GRACE, world.store().clock(), needed::needed)
        .sweep(new KeepRule(TestingWorld.KEPT));
    return true;
  }
}
