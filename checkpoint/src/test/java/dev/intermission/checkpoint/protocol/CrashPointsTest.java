package dev.intermission.checkpoint.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.Cast;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.Program;
import dev.intermission.checkpoint.testing.Story;
import dev.intermission.checkpoint.testing.TestingTrainer;
import dev.intermission.checkpoint.testing.TestingWorld;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts every single call of every protocol in every way, alone and in pairs. Whoever died starts
 * again with its disk and the bucket, and whoever got no answer asks again: the goal is reached,
 * every promise held at every moment, and after the grace nothing is left over.
 */
class CrashPointsTest {

  private static final TestingTrainer TRAINER = new TestingTrainer(Path.of("target/crash-points"));

  /** After one pair in so many it is looked whether anything is left over. */
  private static final int EPILOGUES = 25;

  private static final int FOR_EVER = Integer.MAX_VALUE / 2;

  /** More lives than any two cuts can cost. */
  private static final int MOST_LIVES = 12;

  private static final AtomicInteger SINGLE = new AtomicInteger();
  private static final AtomicInteger PAIRS = new AtomicInteger();

  /** docs/reliability.md quotes this line. */
  @AfterAll
  static void total() {
    System.out.printf("crash points: %d single cuts, %d pairs%n", SINGLE.get(), PAIRS.get());
  }

  /**
   * @param call which one, from the beginning of the story
   * @param delay for how many further calls a request that is held up stays so
   */
  private record Cut(int call, Fault fault, int delay) {
    @Override
    public String toString() {
      return "call " + call + " " + fault + (delay == FOR_EVER ? "" : " for " + delay + " calls");
    }
  }

  @ParameterizedTest
  @EnumSource(Story.class)
  void everySingleCutIsSurvived(Story story) {
    var before = before(story);
    var undisturbed = played(story, before, List.of());
    var calls = undisturbed.calls();
    var delays = IntStream.rangeClosed(1, calls + 3).boxed().toList();
    var cuts = undisturbed.cuts(0, withForEver(delays));
    for (var cut : cuts) survives(story, before, List.of(cut)).leavesNothingOver();
    SINGLE.addAndGet(cuts.size());
    System.out.printf("%s: %d calls, %d single cuts%n", story, calls, cuts.size());
  }

  @ParameterizedTest
  @EnumSource(Story.class)
  void everyPairOfCutsIsSurvived(Story story) {
    var delays = withForEver(List.of(1));
    var before = before(story);
    var undisturbed = played(story, before, List.of());
    var pairs = 0;
    for (var first : undisturbed.cuts(0, delays)) {
      for (var second : played(story, before, List.of(first)).cuts(first.call() + 1, delays)) {
        var survived = survives(story, before, List.of(first, second));
        if (pairs++ % EPILOGUES == 0) survived.leavesNothingOver();
      }
    }
    PAIRS.addAndGet(pairs);
    System.out.printf("%s: %d calls, %d pairs of cuts%n", story, undisturbed.calls(), pairs);
  }

  private static List<Integer> withForEver(List<Integer> delays) {
    var all = new ArrayList<>(delays);
    all.add(FOR_EVER);
    return all;
  }

  /** A story as it went. */
  private record Played(String what, TestingWorld world, boolean allDone) {

    private void leavesNothingOver() {
      Cast.epilogue(world);
      world.witness().verdict(what + ", after the grace");
    }

    private int calls() {
      return world.store().calls();
    }

    /** Every way to cut its calls from number {@code first} on, but for those that are the same. */
    private List<Cut> cuts(int first, List<Integer> delays) {
      var cuts = new ArrayList<Cut>();
      for (var call = first; call < calls(); call++) {
        for (var fault : world.store().faults(call)) {
          for (var delay : fault.isLate() ? delays : List.of(FOR_EVER)) {
            cuts.add(new Cut(call, fault, delay));
          }
        }
      }
      return cuts;
    }
  }

  private static TestingWorld before(Story story) {
    var world = TestingWorld.over(TRAINER);
    story.prologue(world);
    return world;
  }

  private static Played played(Story story, TestingWorld before, List<Cut> cuts) {
    var world = before.fork();
    var cast = story.cast(world);
    for (var cut : cuts) {
      world.store().fail(cut.call(), cut.fault(), cut.call() + 1 + cut.delay());
    }
    return new Played(story + ": " + cuts, world, live(world, cast));
  }

  private static Played survives(Story story, TestingWorld before, List<Cut> cuts) {
    var played = played(story, before, cuts);
    var world = played.world();
    world.store().heal();
    world.witness().expect(() -> assertThat(played.allDone()).as("all came to an end").isTrue());
    world.witness().expect(() -> story.goal(world));
    world.witness().verdict(played.what());
    return played;
  }

  private static boolean live(TestingWorld world, List<Program> cast) {
    var busy = new ArrayList<>(cast);
    for (var life = 0; life < MOST_LIVES && !busy.isEmpty(); life++) {
      busy.removeIf(program -> isDoneAfterALife(world, program));
    }
    return busy.isEmpty();
  }

  private static boolean isDoneAfterALife(TestingWorld world, Program program) {
    try {
      return program.run(world.store());
    } catch (ProcessDied | StoreException e) {
      return false; // starts again from its disk and what the store says
    }
  }
}
