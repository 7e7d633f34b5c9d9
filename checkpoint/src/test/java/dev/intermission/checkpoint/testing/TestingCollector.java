package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.time.Duration;

/** A collector: one sweep in each life. */
public final class TestingCollector implements Program {

  private final TestingWorld world;
  private final String name;
  private final Duration ahead;

  public TestingCollector(TestingWorld world, String name) {
    this(world, name, Duration.ZERO);
  }

  /**
   * @param ahead how wrong its clock is
   */
  public TestingCollector(TestingWorld world, String name, Duration ahead) {
    this.world = world;
    this.name = name;
    this.ahead = ahead;
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
