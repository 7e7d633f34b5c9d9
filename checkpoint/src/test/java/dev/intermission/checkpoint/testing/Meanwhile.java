package dev.intermission.checkpoint.testing;

import java.time.Duration;

/** What others do while somebody waits for an answer that was right when the store gave it. */
public enum Meanwhile {
  /** A successor is started, claims and saves: HEAD is another, and so is its token. */
  THE_NEXT_RUN {
    @Override
    public void happensIn(TestingWorld world) {
      var run = nextRun(world);
      seal(world, run);
      new TestingPod(world, run, "pod-" + run + "-meanwhile", step(world) + 1).run(world.store());
    }
  },
  /** HEAD goes back to an older checkpoint, on record. */
  A_ROLLBACK {
    @Override
    public void happensIn(TestingWorld world) {
      var run = nextRun(world);
      new TestingRollback(world, "back-" + run, 1, run).run(world.store());
    }
  },
  /** A collector does all of its work. */
  A_SWEEP {
    @Override
    public void happensIn(TestingWorld world) {
      sweep(world);
    }
  },
  /** The successor saves so often that what HEAD named is not kept any more, and it goes. */
  DAYS_OF_TRAINING_AND_SWEEPS {
    @Override
    public void happensIn(TestingWorld world) {
      var run = nextRun(world);
      seal(world, run);
      new TestingPod(world, run, "pod-" + run + "-meanwhile", step(world) + 3).run(world.store());
      for (var sweeps = 0; sweeps < 3; sweeps++) {
        sweep(world);
        world.store().advance(Duration.ofHours(30));
      }
    }
  };

  public abstract void happensIn(TestingWorld world);

  private static long nextRun(TestingWorld world) {
    return world.job().head().map(now -> now.head().run()).orElse(0L) + 1;
  }

  private static long step(TestingWorld world) {
    return world.job().head().map(now -> now.head().step()).orElse(-1L);
  }

  private static void seal(TestingWorld world, long run) {
    var operator = new TestingOperator(world, "the operator meanwhile", run);
    while (!operator.run(world.store())) {
      // one seal in each life
    }
  }

  private static void sweep(TestingWorld world) {
    new TestingCollector(world, "the collector meanwhile").run(world.store());
  }
}
