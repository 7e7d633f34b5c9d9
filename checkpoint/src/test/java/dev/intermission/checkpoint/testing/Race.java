package dev.intermission.checkpoint.testing;

import java.time.Duration;
import java.util.List;

/** Two who meet in one job: what was before, and who they are. */
public enum Race {
  A_ROLLBACK_AND_DAYS_OF_SWEEPS {
    @Override
    public void prologue(TestingWorld world) {
      Story.trained(world, 3);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(rollback(world), new TestingSweeps(world));
    }
  },
  A_ROLLBACK_AND_THE_SWEEP_THAT_DELETES {
    @Override
    public void prologue(TestingWorld world) {
      Story.trained(world, 3);
      marked(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(
          new TestingRollback(world, "rollback", 1, 2), new TestingCollector(world, "collector"));
    }
  },
  A_ROLLBACK_AND_A_SAVE {
    @Override
    public void prologue(TestingWorld world) {
      Story.trained(world, 3);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(rollback(world), trainer(world));
    }
  },
  A_REPAIR_AND_THE_SWEEP_THAT_DELETES {
    @Override
    public void prologue(TestingWorld world) {
      Story.trained(world, 3);
      marked(world);
      TestingRepair.newestLosesAChunk(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(repair(world), new TestingCollector(world, "collector"));
    }
  },
  A_REPAIR_PAST_TWO_AND_THE_SWEEP_THAT_DELETES {
    @Override
    public void prologue(TestingWorld world) {
      Story.trained(world, 3);
      marked(world);
      TestingRepair.newestLoseAChunk(world, 2);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(repair(world), new TestingCollector(world, "collector"));
    }
  },
  A_WAY_BACK_AND_DAYS_OF_SWEEPS {
    @Override
    public void prologue(TestingWorld world) {
      TestingRetreat.prologue(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingRetreat(world), new TestingSweeps(world));
    }
  },
  A_REPAIR_AND_A_SAVE {
    @Override
    public void prologue(TestingWorld world) {
      damaged(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(repair(world), trainer(world));
    }
  },
  A_REPAIR_AND_A_ROLLBACK {
    @Override
    public void prologue(TestingWorld world) {
      damaged(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(repair(world), rollback(world));
    }
  },
  A_REPAIR_AND_A_SEAL {
    @Override
    public void prologue(TestingWorld world) {
      damaged(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(repair(world), new TestingOperator(world, "operator", 2));
    }
  },
  TWO_REPAIRS {
    @Override
    public void prologue(TestingWorld world) {
      damaged(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(repair(world), new TestingRepair(world, "another repair"));
    }
  };

  /** What went well before, or did not. */
  public abstract void prologue(TestingWorld world);

  /** The two. */
  public abstract List<Program> cast(TestingWorld world);

  private static Program rollback(TestingWorld world) {
    return new TestingRollback(world, "rollback", 2, 2);
  }

  private static Program repair(TestingWorld world) {
    return new TestingRepair(world, "repair");
  }

  /** The pod that saved before goes on. */
  private static Program trainer(TestingWorld world) {
    return new TestingPod(world, 1, "pod-a", 5);
  }

  private static void damaged(TestingWorld world) {
    Story.trained(world, 3);
    TestingRepair.newestLosesAChunk(world);
  }

  /** All that the rule does not keep has been marked for longer than the grace. */
  private static void marked(TestingWorld world) {
    world.store().advance(Duration.ofDays(8));
    new TestingCollector(world, "an earlier collector").run(world.store());
    world.store().advance(Duration.ofDays(8));
  }
}
