package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.testing.Cast;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Stage;
import dev.intermission.checkpoint.testing.TestingTrainer;
import dev.intermission.checkpoint.testing.TestingWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Operators, rollbacks, pods (zombies among them), collectors and a reader, each stopped before any
 * of its calls for as long as the schedule likes, with any call cut in any way, any process dying
 * anywhere: every promise holds at every moment, and in the end the job goes on and nothing is left
 * over. {@code -Dschedules=200000} looks longer.
 */
class InterleavingProperties {

  private static final TestingTrainer TRAINER =
      new TestingTrainer(Path.of("target/properties/interleavings"));

  /**
   * Nobody stands still for a week between two calls of one save: within it a manifest that is on
   * its way to HEAD is safe from every sweep.
   */
  private static final Duration LONGEST_PLAY = Duration.ofDays(6);

  /** What happens next. A schedule of them reads aloud when it fails. */
  sealed interface Move {

    /** Somebody makes so many calls, the last of which may suffer a fault. */
    record Calls(String who, int calls, Optional<Fault> last) implements Move {
      @Override
      public String toString() {
        return who
            + (calls == 1 ? " makes a call" : " makes " + calls + " calls")
            + last.map(fault -> ", which ends with " + fault).orElse("");
      }
    }

    /** Time passes. */
    record Hours(int hours) implements Move {
      @Override
      public String toString() {
        return hours + " h pass";
      }
    }

    /** What was held up on its way takes effect. */
    record LateOnesArrive() implements Move {
      @Override
      public String toString() {
        return "what was late arrives";
      }
    }
  }

  @Property
  void everyPromiseHoldsAtEveryMomentOfEverySchedule(@ForAll("schedules") List<Move> schedule) {
    play(schedule, Duration.ZERO);
  }

  /** Ages only delay a deletion: what may go at all is decided by fencing tokens. */
  @Property
  void aCollectorWhoseClockIsDaysAheadDeletesNothingThatIsNeeded(
      @ForAll("schedules") List<Move> schedule) {
    play(schedule.stream().filter(move -> !isOfReader(move)).toList(), Duration.ofDays(20));
  }

  private static boolean isOfReader(Move move) {
    return move instanceof Move.Calls calls && calls.who().equals("reader");
  }

  private static void play(List<Move> schedule, Duration ahead) {
    var world = TestingWorld.over(TRAINER);
    var began = world.store().clock().instant();
    try (var stage = new Stage(world.store(), Cast.of(world, ahead))) {
      for (var move : schedule) {
        switch (move) {
          case Move.Calls calls -> turns(stage, calls);
          case Move.Hours(var hours) -> {
            var end = world.store().clock().instant().plus(Duration.ofHours(hours));
            if (Duration.between(began, end).compareTo(LONGEST_PLAY) < 0) {
              world.store().advance(Duration.ofHours(hours));
            }
          }
          case Move.LateOnesArrive _ -> world.store().deliver();
        }
      }
    }
    world.witness().verdict("broken during the play");
    Cast.epilogue(world);
    world.witness().verdict("broken in the end");
  }

  private static void turns(Stage stage, Move.Calls move) {
    var who = Cast.NAMES.indexOf(move.who());
    for (var call = 1; call <= move.calls(); call++) {
      stage.turn(who, call == move.calls() ? move.last() : Optional.empty());
    }
  }

  @Provide
  Arbitrary<List<Move>> schedules() {
    var calls =
        Combinators.combine(
                Arbitraries.frequencyOf(
                    Tuple.of(2, Arbitraries.of(Cast.NAMES.subList(0, 4))),
                    Tuple.of(5, Arbitraries.of(Cast.NAMES.subList(4, 9))),
                    Tuple.of(3, Arbitraries.of(Cast.NAMES.subList(9, 12)))),
                Arbitraries.integers().between(1, 14),
                Arbitraries.of(Fault.class).optional(0.2))
            .<Move>as(Move.Calls::new);
    return Arbitraries.frequencyOf(
            Tuple.of(12, calls),
            Tuple.of(2, Arbitraries.integers().between(1, 30).<Move>map(Move.Hours::new)),
            Tuple.of(1, Arbitraries.just(new Move.LateOnesArrive())))
        .list()
        .ofMinSize(10)
        .ofMaxSize(80);
  }
}
