package dev.intermission.checkpoint.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The protocols one by one: what was before, who plays, and what must be true in the end. */
public enum Story {
  FIRST_SEAL(1, -1) {
    @Override
    public void prologue(TestingWorld world) {}

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingOperator(world, "operator", 1));
    }
  },
  CLAIM(1, -1) {
    @Override
    public void prologue(TestingWorld world) {
      sealed(world, 1);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingPod(world, 1, "pod-a", -1));
    }
  },
  CLAIM_AND_FIRST_SAVE(1, 0) {
    @Override
    public void prologue(TestingWorld world) {
      sealed(world, 1);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingPod(world, 1, "pod-a", 0));
    }
  },
  SAVE_UNHOLD_SAVE(1, 3) {
    @Override
    public void prologue(TestingWorld world) {
      trained(world, 1);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingPod(world, 1, "pod-a", 3));
    }
  },
  PAUSE_AND_RESUME(2, 2) {
    @Override
    public void prologue(TestingWorld world) {
      trained(world, 1);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(
          new TestingOperator(world, "operator", 2), new TestingPod(world, 2, "pod-b", 2));
    }
  },
  ROLLBACK(2, 1) {
    @Override
    public void prologue(TestingWorld world) {
      trained(world, 3);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingRollback(world, "rollback", 2, 2));
    }
  },
  QUARANTINE_AND_LEAVE(2, 3) {
    @Override
    public void prologue(TestingWorld world) {
      trained(world, 3);
      TestingRepair.newestLosesAChunk(world);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingRepair(world, "repair"), new TestingPod(world, 2, "pod-b", 3));
    }

    @Override
    public void goal(TestingWorld world) {
      super.goal(world);
      assertThat(world.job().quarantines().names()).as("quarantined").hasSize(1);
    }
  },
  FORK(1, 3) {
    @Override
    public void prologue(TestingWorld world) {
      TestingFork.originTrained(world, 3);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingFork(world, "fork", 1));
    }

    @Override
    public void goal(TestingWorld world) {
      super.goal(world);
      TestingFork.leavesNoPinForEver(world);
    }
  },
  FORK_OVER_ITS_OWN(2, 3) {
    @Override
    public void prologue(TestingWorld world) {
      TestingFork.originTrained(world, 3);
      trained(world, 5);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingFork(world, "fork", 2));
    }

    @Override
    public void goal(TestingWorld world) {
      super.goal(world);
      TestingFork.leavesNoPinForEver(world);
    }
  },
  GANG_SAVE(1, 1) {
    @Override
    public void prologue(TestingWorld world) {
      sealed(world, 1);
      var ranks = new TestingGang(world, 1, "gang-a", 0).ranks();
      ranks.getFirst().run(world.store()); // claims and asks
      ranks.getLast().run(world.store());
      ranks.getFirst().run(world.store());
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return new TestingGang(world, 1, "gang-a", 1).ranks();
    }
  },
  SWEEP(1, 5) {
    @Override
    public void prologue(TestingWorld world) {
      trained(world, 3);
      world.store().fail(5, Fault.DIE_BEFORE); // HEAD, note, parent, chunk, manifest, then HEAD
      try {
        new TestingPod(world, 1, "pod-a", 4).run(world.store());
      } catch (ProcessDied e) {
        // an orphan manifest and an orphan chunk
      }
      new TestingPod(world, 1, "pod-a", 5).run(world.store());
      world.store().advance(Duration.ofDays(8));
      new TestingCollector(world, "an earlier collector").run(world.store());
      world.store().advance(Duration.ofDays(8));
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingCollector(world, "collector"));
    }
  },
  RESTORE(1, 2) {
    @Override
    public void prologue(TestingWorld world) {
      trained(world, 2);
    }

    @Override
    public List<Program> cast(TestingWorld world) {
      return List.of(new TestingRestore(world, Path.of("target/crash-points/restored")));
    }
  };

  private final long goalRun;
  private final long goalStep;

  Story(long goalRun, long goalStep) {
    this.goalRun = goalRun;
    this.goalStep = goalStep;
  }

  /** What went well before. */
  public abstract void prologue(TestingWorld world);

  /** Whose calls are cut; one after the other, again and again. */
  public abstract List<Program> cast(TestingWorld world);

  /** What everybody wanted. */
  public void goal(TestingWorld world) {
    var head = world.job().head().orElseThrow().head();
    assertThat(head.run()).as("run of %s", head).isEqualTo(goalRun);
    assertThat(head.step()).as("step of %s", head).isEqualTo(goalStep);
  }

  static void sealed(TestingWorld world, long run) {
    var operator = new TestingOperator(world, "operator", run);
    while (!operator.run(world.store())) {
      // one seal in each life
    }
  }

  static void trained(TestingWorld world, long step) {
    sealed(world, 1);
    new TestingPod(world, 1, "pod-a", step).run(world.store());
  }
}
