package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.testing.Cast;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Program;
import dev.intermission.checkpoint.testing.Stage;
import dev.intermission.checkpoint.testing.TestingCollector;
import dev.intermission.checkpoint.testing.TestingGang;
import dev.intermission.checkpoint.testing.TestingOperator;
import dev.intermission.checkpoint.testing.TestingTrainer;
import dev.intermission.checkpoint.testing.TestingWorld;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Two incarnations of a gang in one run (Kueue took the first one away, its ranks are zombies), a
 * third in the next run, an operator and a collector, stopped before any call: no checkpoint mixes
 * two incarnations, and everything else that {@link InterleavingProperties} looks at.
 */
class GangInterleavingProperties {

  private static final long FOR_EVER = 1000;

  private static final List<String> NAMES =
      List.of(
          "operator",
          "collector",
          "gang-a-0",
          "gang-a-1",
          "gang-b-0",
          "gang-b-1",
          "gang-c-0",
          "gang-c-1");

  private static final TestingTrainer TRAINER =
      new TestingTrainer(Path.of("target/properties/gangs"));

  /** Somebody makes so many calls, the last of which may suffer a fault. */
  record Calls(String who, int calls, Optional<Fault> last) {
    @Override
    public String toString() {
      return who + " makes " + calls + " calls" + last.map(f -> ", ending with " + f).orElse("");
    }
  }

  @Property
  void noCheckpointMixesTwoIncarnations(@ForAll("schedules") List<Calls> schedule) {
    var world = TestingWorld.over(TRAINER);
    try (var stage = new Stage(world.store(), cast(world))) {
      for (var move : schedule) {
        for (var call = 1; call <= move.calls(); call++) {
          var fault = call == move.calls() ? move.last() : Optional.<Fault>empty();
          stage.turn(NAMES.indexOf(move.who()), fault);
        }
      }
    }
    world.witness().verdict("broken during the play");
    Cast.epilogue(world);
    world.witness().verdict("broken in the end");
  }

  private static List<Program> cast(TestingWorld world) {
    var cast = new ArrayList<Program>();
    cast.add(new TestingOperator(world, "operator", 2));
    cast.add(new TestingCollector(world, "collector"));
    cast.addAll(new TestingGang(world, 1, "gang-a", FOR_EVER).ranks());
    cast.addAll(new TestingGang(world, 1, "gang-b", FOR_EVER).ranks());
    cast.addAll(new TestingGang(world, 2, "gang-c", FOR_EVER).ranks());
    return cast;
  }

  @Provide
  Arbitrary<List<Calls>> schedules() {
    return Combinators.combine(
            Arbitraries.of(NAMES),
            Arbitraries.integers().between(1, 12),
            Arbitraries.of(Fault.class).optional(0.15))
        .as(Calls::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(80);
  }
}
