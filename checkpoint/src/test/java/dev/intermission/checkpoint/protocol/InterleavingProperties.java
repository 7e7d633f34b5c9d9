package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Two operators' seals, three pods of two runs (zombies among them) and lost answers, in any order:
 * the invariants hold all the same.
 */
class InterleavingProperties {

  /** One move of somebody; a schedule of them reads aloud when it fails. */
  sealed interface Move {
    record Seal(int operator) implements Move {}

    record LookAtHead(int operator) implements Move {}

    record Claim(int pod) implements Move {}

    record Save(int pod) implements Move {}

    record GoOn(int pod) implements Move {}

    record Lose(int call, Fault fault) implements Move {}
  }

  @Property(tries = 400)
  void noScheduleLosesACommittedStep(@ForAll("schedules") List<Move> schedule) {
    var store = new TestingStore();
    var world = new World(new TestingJob(store, store.clock(), Path.of("target/properties")));
    world.job.seal(Optional.empty(), 1, Optional.empty());
    for (var move : schedule) world.apply(move, store);
    store.heal();
    Invariants.hold(store, TestingJob.LAYOUT);
  }

  @Provide
  Arbitrary<List<Move>> schedules() {
    var pods = Arbitraries.integers().between(0, 2);
    var operators = Arbitraries.integers().between(0, 1);
    var faults = Arbitraries.of(Fault.LOSE_ANSWER, Fault.LOSE_REQUEST);
    return Arbitraries.oneOf(
            operators.<Move>map(Move.Seal::new),
            operators.<Move>map(Move.LookAtHead::new),
            pods.<Move>map(Move.Claim::new),
            pods.<Move>map(Move.Save::new),
            pods.<Move>map(Move.Save::new),
            pods.<Move>map(Move.GoOn::new),
            faults.flatMap(
                f -> Arbitraries.integers().between(0, 5).<Move>map(c -> new Move.Lose(c, f))))
        .list()
        .ofMinSize(4)
        .ofMaxSize(30);
  }

  /** What each of them remembers; stale, as processes do that stood still for an hour. */
  private static final class World {

    private static final long[] RUN_OF_POD = {1, 1, 2};

    private final TestingJob job;
    private final Map<Integer, Optional<HeadSnapshot>> seen = new HashMap<>();
    private final Map<Integer, Claim> claims = new HashMap<>();
    private long step;

    private World(TestingJob job) {
      this.job = job;
    }

    private void apply(Move move, TestingStore store) {
      switch (move) {
        case Move.LookAtHead(var operator) -> seen.put(operator, job.head());
        case Move.Seal(var operator) -> {
          var from = seen.getOrDefault(operator, Optional.empty());
          job.seal(from, from.map(now -> now.head().run()).orElse(0L) + 1, Optional.empty());
        }
        case Move.Claim(var pod) -> {
          var mine = Optional.ofNullable(claims.get(pod)).map(Claim::token);
          if (job.tryClaim(RUN_OF_POD[pod], "pod-" + pod, mine)
              instanceof ClaimOutcome.Claimed(var claim)) {
            claims.put(pod, claim);
          }
        }
        case Move.Save(var pod) -> save(pod);
        case Move.GoOn(var pod) -> {
          var claim = claims.get(pod);
          if (claim != null
              && job.unhold().raise(claim) instanceof UnholdOutcome.Raised(var next)) {
            claims.put(pod, next);
          }
        }
        case Move.Lose(var call, var fault) -> store.fail(call, fault);
      }
    }

    private void save(int pod) {
      var claim = claims.get(pod);
      if (claim == null) return;
      try {
        claims.put(pod, job.save(claim, ++step, "content " + step % 2));
      } catch (StoreException.Fenced | StoreException.CommitUndecided e) {
        // fenced for good, or open: either way the invariants must hold
      }
    }
  }
}
