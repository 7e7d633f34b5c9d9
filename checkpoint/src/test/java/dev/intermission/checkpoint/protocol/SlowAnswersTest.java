package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.Cast;
import dev.intermission.checkpoint.testing.Meanwhile;
import dev.intermission.checkpoint.testing.Program;
import dev.intermission.checkpoint.testing.Story;
import dev.intermission.checkpoint.testing.TestingTrainer;
import dev.intermission.checkpoint.testing.TestingWorld;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * S3 is strongly consistent, so an answer is stale only because it is slow: it was right when the
 * store gave it, and others wrote before it came. Here every single answer of every protocol is as
 * slow as that, alone and with another slow one after it: whoever acts on what is no longer true
 * breaks no promise, and the job goes on. {@code -Dslow.pairs=all} lets collectors, too, be the
 * second of a pair; else it moves HEAD.
 */
class SlowAnswersTest {

  private static final TestingTrainer TRAINER = new TestingTrainer(Path.of("target/slow-answers"));
  private static final int MOST_LIVES = 12;

  /** After one pair in so many it is looked whether the job goes on and anything is left over. */
  private static final int EPILOGUES = 10;

  private static final List<Meanwhile> ALL = List.of(Meanwhile.values());

  private static final List<Meanwhile> SECOND =
      System.getProperty("slow.pairs", "").equals("all")
          ? ALL
          : List.of(Meanwhile.THE_NEXT_RUN, Meanwhile.A_ROLLBACK);

  private static final AtomicInteger SINGLE = new AtomicInteger();
  private static final AtomicInteger PAIRS = new AtomicInteger();

  /**
   * What happens to one call, counted from the beginning of the story.
   *
   * @param meanwhile what others do before its answer comes
   */
  private record Slow(int call, Meanwhile meanwhile) {}

  @AfterAll
  static void total() {
    System.out.printf("slow answers: %d alone, %d in pairs%n", SINGLE.get(), PAIRS.get());
  }

  @ParameterizedTest
  @EnumSource(Story.class)
  void everySlowAnswerIsSurvived(Story story) {
    var before = before(story);
    for (var slow : slowOnes(0, calls(story, before), ALL)) {
      survives(story, before, List.of(slow)).goesOn();
      SINGLE.incrementAndGet();
    }
  }

  @ParameterizedTest
  @EnumSource(Story.class)
  void everyPairOfSlowAnswersIsSurvived(Story story) {
    var before = before(story);
    var calls = calls(story, before);
    for (var first : slowOnes(0, calls, ALL)) {
      for (var second : slowOnes(first.call() + 1, calls, SECOND)) {
        var survived = survives(story, before, List.of(first, second));
        if (PAIRS.getAndIncrement() % EPILOGUES == 0) survived.goesOn();
      }
    }
  }

  private static List<Slow> slowOnes(int first, int calls, List<Meanwhile> each) {
    var slow = new ArrayList<Slow>();
    for (var call = first; call < calls; call++) {
      for (var meanwhile : each) slow.add(new Slow(call, meanwhile));
    }
    return slow;
  }

  private static TestingWorld before(Story story) {
    var world = TestingWorld.over(TRAINER);
    story.prologue(world);
    return world;
  }

  private static int calls(Story story, TestingWorld before) {
    var world = before.fork();
    live(world, story.cast(world));
    return world.store().calls();
  }

  /** A story as it went. */
  private record Played(String what, TestingWorld world) {

    private void goesOn() {
      Cast.epilogue(world);
      world.witness().verdict(what + ", after the grace");
    }
  }

  private static Played survives(Story story, TestingWorld before, List<Slow> slow) {
    var played = new Played(story + ": " + slow, before.fork());
    var world = played.world();
    var cast = story.cast(world);
    for (var one : slow) {
      world.store().slow(one.call(), () -> one.meanwhile().happensIn(world));
    }
    live(world, cast);
    world.witness().verdict(played.what());
    return played;
  }

  /** Until all are done, or have found that others are; a fork may be refused for ever. */
  private static void live(TestingWorld world, List<Program> cast) {
    var busy = new ArrayList<>(cast);
    for (var life = 0; life < MOST_LIVES && !busy.isEmpty(); life++) {
      busy.removeIf(program -> isDoneAfterALife(world, program));
    }
  }

  private static boolean isDoneAfterALife(TestingWorld world, Program program) {
    try {
      return program.run(world.store());
    } catch (StoreException e) {
      return false;
    }
  }
}
