package dev.intermission.checkpoint.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** Who plays in the interleavings: enough to have every race of the protocol twice. */
public final class Cast {

  /** The last run that anybody starts; the end of the play starts one more. */
  public static final long LAST_RUN = 4;

  private static final long FOR_EVER = 1000;

  /** In the order of {@link #of}. */
  public static final List<String> NAMES =
      List.of(
          "operator 1",
          "operator 2",
          "rollback 1",
          "rollback 2",
          "pod-a",
          "pod-b",
          "pod-c",
          "pod-d",
          "pod-e",
          "collector 1",
          "collector 2",
          "reader");

  private Cast() {}

  /**
   * Two operators, two requests to go back, five pods of four runs (two of the first: Kueue takes a
   * job away and gives it back), two collectors and a reader.
   */
  public static List<Program> of(TestingWorld world) {
    return of(world, Duration.ZERO);
  }

  /**
   * @param ahead how wrong the second collector's clock is
   */
  public static List<Program> of(TestingWorld world, Duration ahead) {
    return List.of(
        new TestingOperator(world, "operator 1", LAST_RUN),
        new TestingOperator(world, "operator 2", LAST_RUN),
        new TestingRollback(world, "rollback 1", 1, LAST_RUN),
        new TestingRollback(world, "rollback 2", 3, LAST_RUN),
        new TestingPod(world, 1, "pod-a", FOR_EVER),
        new TestingPod(world, 1, "pod-b", FOR_EVER),
        new TestingPod(world, 2, "pod-c", FOR_EVER),
        new TestingPod(world, 3, "pod-d", FOR_EVER),
        new TestingPod(world, 4, "pod-e", FOR_EVER),
        new TestingCollector(world, "collector 1"),
        new TestingCollector(world, "collector 2", ahead),
        new TestingReader(world, "reader"));
  }

  /**
   * The play is over, nothing goes wrong any more: the job goes on, its newest checkpoint can be
   * read, and when the grace is over nothing is left of all that died on the way.
   */
  public static void epilogue(TestingWorld world) {
    var store = world.store();
    store.heal();
    var run = world.job().head().map(now -> now.head().run()).orElse(0L) + 1;
    var step = world.job().head().map(now -> now.head().step()).orElse(-1L);
    var operator = new TestingOperator(world, "the last operator", run);
    while (!operator.run(store)) {
      // one seal in each life
    }
    var goesOn = new TestingPod(world, run, "pod-last", step + 3).run(store);
    world.witness().expect(() -> assertThat(goesOn).as("the job goes on").isTrue());
    new TestingReader(world, "the last reader").run(store);
    world.witness().releaseAll();
    store.keys().stream()
        .filter(key -> key.startsWith(TestingJob.LAYOUT.pins()))
        .forEach(store::remove);
    for (var week = 0; week < 5; week++) {
      store.advance(Duration.ofDays(8));
      new TestingCollector(world, "the last collector").run(store);
    }
    world.witness().nothingIsLeftOver();
  }
}
