package dev.intermission.checkpoint.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts every single call of seal, claim, save, un-hold and the next seal: before it, after it, and
 * with its answer or the request itself lost; alone and in pairs. The process starts again and does
 * the same once more. Then all invariants hold and the goal is reached.
 */
class CrashPointsTest {

  /** What must be true in the end, whatever was cut on the way. */
  private static final long GOAL = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everySingleCutIsSurvived(Fault fault) {
    var calls = callsOfAnUndisturbedRun();
    for (var cut = 0; cut < calls; cut++) survives("cut " + cut, cut, fault, cut, fault);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyPairOfCutsIsSurvived(Fault first) {
    var calls = callsOfAnUndisturbedRun();
    for (var second : Fault.values()) {
      for (var a = 0; a < calls; a++) {
        for (var b = a + 1; b < calls + 4; b++) survives(a + " and " + b, a, first, b, second);
      }
    }
  }

  private int callsOfAnUndisturbedRun() {
    var store = new TestingStore();
    wholeLife(job(store));
    assertThat(store.calls()).isGreaterThan(15);
    return store.calls();
  }

  private void survives(String what, int a, Fault first, int b, Fault second) {
    var store = new TestingStore();
    store.fail(a, first).fail(b, second);
    var job = job(store);
    for (var alive = false; !alive; ) {
      try {
        wholeLife(job);
        alive = true;
      } catch (ProcessDied e) {
        // starts again from what the store says
      }
    }
    store.heal();
    assertThat(job.head().orElseThrow().head().step())
        .as("%s %s/%s: %s", what, first, second, store.log())
        .isEqualTo(GOAL);
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  private TestingJob job(TestingStore store) {
    return new TestingJob(store, store.clock(), folder);
  }

  /**
   * Operator and agent in one: each step looks at HEAD first, as processes that were started anew
   * do.
   */
  private static void wholeLife(TestingJob job) {
    step(job, 0, _ -> job.seal(Optional.empty(), 1, Optional.empty()));
    step(job, 1, _ -> job.save(job.claim(1, "pod-a"), 1, "one"));
    step(
        job,
        1,
        head -> {
          if (head.seq() == 0) job.unhold().raise(job.claim(1, "pod-a"));
          job.save(job.claim(1, "pod-a"), 2, "two");
        });
    step(job, 1, _ -> job.seal(job.head(), 2, Optional.empty()));
    step(job, 2, _ -> job.save(job.claim(2, "pod-b"), 3, "one"));
  }

  private static void step(TestingJob job, long run, Consumer<Head> action) {
    var head = job.head().map(HeadSnapshot::head).orElse(Head.NONE);
    if (head.run() == run && head.step() < GOAL) action.accept(head);
  }
}
