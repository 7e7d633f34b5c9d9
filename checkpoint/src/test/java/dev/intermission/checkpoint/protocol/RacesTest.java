package dev.intermission.checkpoint.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.testing.Cast;
import dev.intermission.checkpoint.testing.Program;
import dev.intermission.checkpoint.testing.Race;
import dev.intermission.checkpoint.testing.Stage;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingTrainer;
import dev.intermission.checkpoint.testing.TestingWorld;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two who meet: every way in which one is stopped before any of its calls, the other makes any
 * number of its own, the first makes one more or all, and then the other and the first go on to
 * their ends. Every promise holds at every moment, and the job goes on. {@code -Draces=all} lets
 * the first make any number.
 */
class RacesTest {

  private static final TestingTrainer TRAINER = new TestingTrainer(Path.of("target/races"));
  private static final Layout LAYOUT = TestingJob.LAYOUT;
  private static final int MOST_LIVES = 12;

  /** The newest step that the collectors do not keep while HEAD is where the stories leave it. */
  private static final long BELOW_THE_RULE = 1;

  /** How many calls the first makes at its second turn: any number, or one, or all. */
  private static final boolean ALL = System.getProperty("races", "").equals("all");

  /** After one play in so many it is looked whether the job goes on and anything is left over. */
  private static final int EPILOGUES = 5;

  private static final AtomicInteger PLAYS = new AtomicInteger();

  /** docs/reliability.md quotes this line. */
  @AfterAll
  static void total() {
    System.out.printf("races: %d plays%n", PLAYS.get());
  }

  /**
   * Who begins, and how many calls are made before it is the other's turn.
   *
   * @param first of the two
   */
  private record Turns(int first, int calls, int ofTheOther, int again) {}

  @ParameterizedTest
  @EnumSource(Race.class)
  void everyRaceOfThreeTurnsKeepsEveryPromise(Race race) {
    var before = TestingWorld.over(TRAINER);
    race.prologue(before);
    for (var first = 0; first < 2; first++) {
      var own = calls(race, before, first);
      var others = calls(race, before, 1 - first);
      assertThat(own).as("calls").isPositive();
      for (var calls = 0; calls <= own; calls++) {
        for (var ofTheOther = 1; ofTheOther <= others; ofTheOther++) {
          for (var again : again(own - calls)) {
            plays(race, before, new Turns(first, calls, ofTheOther, again));
          }
        }
      }
    }
  }

  private static Set<Integer> again(int left) {
    return ALL
        ? IntStream.rangeClosed(1, left).boxed().collect(Collectors.toSet())
        : Set.of(1, Math.max(2, left));
  }

  /** How many calls one of them makes in a life when it is alone. */
  private static int calls(Race race, TestingWorld before, int who) {
    var world = before.fork();
    isDoneAfterALife(world, race.cast(world).get(who));
    return world.store().calls();
  }

  private static void plays(Race race, TestingWorld before, Turns turns) {
    var world = before.fork();
    var cast = race.cast(world);
    var first = turns.first();
    try (var stage = new Stage(world.store(), cast)) {
      stage.life(first, turns.calls());
      stage.life(1 - first, turns.ofTheOther());
      stage.life(first, turns.again());
      stage.life(1 - first, Integer.MAX_VALUE);
      stage.life(first, Integer.MAX_VALUE);
    }
    var what = race + ": " + turns;
    world.witness().verdict(what);
    var allDone = settle(world, cast);
    world.witness().expect(() -> assertThat(allDone || isGoing(world)).isTrue());
    world.witness().verdict(what + ", when all had come to an end");
    if (PLAYS.getAndIncrement() % EPILOGUES != 0 || !allDone) return;
    Cast.epilogue(world);
    world.witness().verdict(what + ", after the grace");
  }

  /** Whoever lost the race looks again. */
  private static boolean settle(TestingWorld world, List<Program> cast) {
    return cast.stream()
        .allMatch(
            program ->
                IntStream.range(0, MOST_LIVES).anyMatch(_ -> isDoneAfterALife(world, program)));
  }

  /**
   * Two wish to go back further than the rule keeps: what they wish for may be marked, or gone, and
   * then they are refused.
   */
  private static boolean isGoing(TestingWorld world) {
    var store = world.store();
    return store.keys().stream()
        .filter(key -> key.startsWith(LAYOUT.manifests() + Layout.namePrefix(BELOW_THE_RULE)))
        .allMatch(key -> store.has(LAYOUT.mark(key.substring(LAYOUT.manifests().length()))));
  }

  private static boolean isDoneAfterALife(TestingWorld world, Program program) {
    try {
      return program.run(world.store());
    } catch (StoreException e) {
      return false;
    }
  }
}
