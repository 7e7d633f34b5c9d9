package dev.intermission.checkpoint.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.fork.Fork;
import dev.intermission.checkpoint.fork.ForkOutcome;
import dev.intermission.checkpoint.fork.Origin;
import dev.intermission.checkpoint.fork.Scratch;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.retention.Pins;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.save.CheckpointWriter;
import dev.intermission.checkpoint.save.SaveTuning;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An operator that was asked to begin from another job's newest checkpoint: copies it, seals HEAD
 * onto the copy, lets the origin go. Once.
 */
public final class TestingFork implements Program {

  /** The job that it begins from. */
  public static final Layout ORIGIN = new Layout("", new JobKey("team-a", "origin", "uid-9"));

  private final TestingWorld world;
  private final String name;
  private final long run;

  /**
   * @param run that begins from the copy
   */
  public TestingFork(TestingWorld world, String name, long run) {
    this.world = world;
    this.name = name;
    this.run = run;
  }

  /** The other job, trained until {@code step}. */
  public static void originTrained(TestingWorld world, long step) {
    var store = world.store();
    var tuning =
        new SaveTuning(
            TestingTrainer.CUTTING, 1, TestingJob.GRACE, TestingJob.BUDGET, TestingJob.BUDGET);
    new Seal(store, ORIGIN, TestingJob.BUDGET).seal(Optional.empty(), 1, Optional.empty());
    var claimed =
        new Claiming(store, ORIGIN, TestingJob.BUDGET).claim(1, "pod-o", Optional.empty());
    var claim = ((ClaimOutcome.Claimed) claimed).claim();
    var writer = new CheckpointWriter(store, ORIGIN, tuning, store.clock());
    for (var next = 0L; next <= step; next++) {
      claim = writer.save(claim, world.trainer().step(next)).claim();
    }
  }

  /**
   * When all is over the other job is free again, at once or by itself: a pin whose request arrives
   * after the release has an end.
   */
  static void leavesNoPinForEver(TestingWorld world) {
    var pins = new Pins(world.store(), ORIGIN, TestingJob.BUDGET, world.store().clock()).list();
    assertThat(pins).allMatch(pin -> pin.expiresAt().isPresent());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean run(ObjectStore store) {
    var job = world.job(store);
    var fork =
        new Fork(
            store,
            TestingJob.LAYOUT,
            TestingJob.BUDGET,
            new Scratch(Path.of("target/crash-points/scratch"), 1),
            world.store().clock());
    var origin = Origin.newest(store, ORIGIN).orElseThrow();
    var seen = job.head();
    if (seen.filter(now -> now.head().rolledBack().equals(Optional.of(name))).isPresent()) {
      fork.release(origin); // sealed in an earlier life
      return true;
    }
    if (fork.take(origin, "trainingjob/team-a/digits", seen, run)
        instanceof ForkOutcome.Taken(var to, _, _)) {
      job.seal(seen, run, Optional.of(new Rollback(name, to)));
    }
    return false;
  }
}
