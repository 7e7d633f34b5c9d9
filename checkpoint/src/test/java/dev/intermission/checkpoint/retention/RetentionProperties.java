package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.testing.Fault;
import dev.intermission.checkpoint.testing.Invariants;
import dev.intermission.checkpoint.testing.ProcessDied;
import dev.intermission.checkpoint.testing.TestingJob;
import dev.intermission.checkpoint.testing.TestingStore;
import dev.intermission.checkpoint.testing.TurnstileStore;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever is saved, rolled back to, pinned, needed, damaged and swept, in whatever order, with
 * sweeps that die and pins that come in the middle of one: what somebody may refer to is there and
 * whole, and in the end nothing else is left.
 */
class RetentionProperties {

  private static final KeepRule RULE = new KeepRule(2, Optional.of(4L));

  /** One move of somebody; a schedule of them reads aloud when it fails. */
  sealed interface Move {
    /** None: what HEAD has is saved once more, as for a pause. */
    record Save(int steps) implements Move {}

    record RollBackTo(int checkpoint) implements Move {}

    record Pin(int checkpoint, Optional<Integer> days) implements Move {}

    record Unpin(int checkpoint) implements Move {}

    record Need(int checkpoint) implements Move {}

    record Quarantine(int checkpoint) implements Move {}

    record Wait(int hours) implements Move {}

    record Sweep() implements Move {}

    record SweepDies(int call, Fault fault) implements Move {}

    record PinInTheMiddleOfASweep(int checkpoint, int call) implements Move {}

    record OtherSweepInTheMiddleOfOne(int call) implements Move {}
  }

  @Property(tries = 150)
  void nothingThatIsReferredToIsDeletedAndNothingElseStays(
      @ForAll("schedules") List<Move> schedule) {
    var world = new World();
    world.apply(new Move.Save(1));
    for (var move : schedule) {
      world.apply(move);
      world.check(move);
    }
    world.settle();
  }

  @Provide
  Arbitrary<List<Move>> schedules() {
    var checkpoint = Arbitraries.integers().between(0, 30);
    var call = Arbitraries.integers().between(0, 40);
    var deaths = Arbitraries.of(Fault.DIE_BEFORE, Fault.DIE_AFTER, Fault.LOSE_REQUEST);
    var saves = Arbitraries.integers().between(0, 3).<Move>map(Move.Save::new);
    var waits = Arbitraries.of(1, 23, 25, 49, 24 * 8).<Move>map(Move.Wait::new);
    var sweeps = Arbitraries.of(new Move.Sweep()).<Move>map(move -> move);
    return Arbitraries.oneOf(
            saves,
            saves,
            saves,
            waits,
            waits,
            sweeps,
            sweeps,
            checkpoint.<Move>map(Move.RollBackTo::new),
            Combinators.combine(checkpoint, Arbitraries.of(1, 5).optional())
                .<Move>as(Move.Pin::new),
            checkpoint.<Move>map(Move.Unpin::new),
            checkpoint.<Move>map(Move.Need::new),
            checkpoint.<Move>map(Move.Quarantine::new),
            Combinators.combine(call, deaths).<Move>as(Move.SweepDies::new),
            Combinators.combine(checkpoint, call).<Move>as(Move.PinInTheMiddleOfASweep::new),
            call.<Move>map(Move.OtherSweepInTheMiddleOfOne::new))
        .list()
        .ofMinSize(5)
        .ofMaxSize(60);
  }

  private static final class World {

    private final TestingStore store = new TestingStore();
    private final TestingJob job =
        new TestingJob(store, store.clock(), Path.of("target/retention-properties"));
    private final List<ManifestRef> saved = new ArrayList<>();

    /** HEAD and its ancestors with their parents' steps, oldest first: what truly happened. */
    private final Map<ManifestRef, Long> chain = new LinkedHashMap<>();

    private final Map<ManifestRef, Optional<ManifestRef>> parents = new HashMap<>();
    private final Map<ManifestRef, Optional<Instant>> pins = new HashMap<>();
    private final Set<String> needed = new HashSet<>();
    private final Set<ManifestRef> quarantined = new HashSet<>();
    private Claim claim;
    private long run = 1;
    private boolean wasDamaged;

    private World() {
      job.seal(Optional.empty(), 1, Optional.empty());
      claim = job.claim(1, "pod-1");
    }

    private void apply(Move move) {
      switch (move) {
        case Move.Save(var steps) -> save(steps);
        case Move.RollBackTo(var i) -> rollBack(any(i));
        case Move.Pin(var i, var days) ->
            pin(any(i), days.map(d -> now().plus(Duration.ofDays(d))));
        case Move.Unpin(var i) -> {
          pinning().unpin(any(i).name(), "owner");
          pins.remove(any(i));
        }
        case Move.Need(var i) -> {
          if (isThere(any(i)) && !isMarked(any(i))) needed.add(any(i).name());
        }
        case Move.Quarantine(var i) -> quarantine(any(i));
        case Move.Wait(var hours) -> store.advance(Duration.ofHours(hours));
        case Move.Sweep() -> sweep();
        case Move.SweepDies(var call, var fault) -> {
          store.fail(call, fault);
          try {
            sweep();
          } catch (ProcessDied e) {
            // the next one goes on
          }
          store.heal();
        }
        case Move.PinInTheMiddleOfASweep(var i, var call) ->
            sweep(TurnstileStore.before(call, store, () -> pin(any(i), Optional.empty())));
        case Move.OtherSweepInTheMiddleOfOne(var call) ->
            sweep(TurnstileStore.before(call, store, this::sweep));
      }
    }

    private void save(int steps) {
      var before = claim.head().manifest();
      var step = Math.max(0, claim.head().step()) + steps;
      claim = job.save(claim, step, "step " + step + " of run " + run);
      var ref = claim.head().manifest().orElseThrow();
      saved.add(ref);
      parents.put(ref, before);
      chain.put(ref, stepOf(before));
    }

    /** As the operator does: pin, look for a mark, roll back, unpin. */
    private void rollBack(ManifestRef to) {
      if (quarantined.contains(to)) return;
      var pin = new Pin(to.name(), "operator", "the operator", Optional.empty());
      if (pinning().pin(pin) instanceof PinOutcome.Refused) return;
      run++;
      job.seal(job.head(), run, Optional.of(new Rollback("rollback " + run, to)));
      claim = job.claim(run, "pod-" + run);
      pinning().unpin(to.name(), "operator");
      var ancestors = new ArrayList<ManifestRef>();
      for (var next = Optional.of(to); next.isPresent(); next = parents.get(next.get())) {
        ancestors.add(next.get());
      }
      chain.clear();
      for (var ref : ancestors.reversed()) chain.put(ref, stepOf(parents.get(ref)));
    }

    private static long stepOf(Optional<ManifestRef> parent) {
      return parent.map(ManifestRef::step).orElse(0L);
    }

    private void pin(ManifestRef ref, Optional<Instant> until) {
      var pin = new Pin(ref.name(), "owner", "TrainingJob/team-a/fork", until);
      switch (pinning().pin(pin)) {
        case PinOutcome.Pinned _ -> pins.put(ref, until);
        case PinOutcome.Refused _ -> pins.remove(ref); // an earlier pin of this owner, too, is over
      }
    }

    private void quarantine(ManifestRef ref) {
      if (ref.equals(claim.head().manifest().orElseThrow()) || !isThere(ref)) return;
      store.createOnce(
          TestingJob.LAYOUT.quarantine(ref.name()),
          Payload.Bytes.of("{}".getBytes(StandardCharsets.UTF_8)));
      quarantined.add(ref);
      wasDamaged = true;
    }

    private void sweep() {
      sweep(store);
    }

    private void sweep(ObjectStore through) {
      try {
        new Retention(through, TestingJob.LAYOUT, TestingJob.GRACE, store.clock(), () -> needed)
            .sweep(RULE);
      } catch (StoreException.EndpointUnreachable e) {
        // a lost request
      }
    }

    private void check(Move last) {
      Invariants.hold(store, TestingJob.LAYOUT);
      for (var ref : keepers()) {
        assertThat(verify(ref)).as("%s after %s", ref.name(), last).isTrue();
      }
    }

    /** Everything that must be there. */
    private Set<ManifestRef> keepers() {
      var keepers = new HashSet<ManifestRef>();
      var newestFirst = new ArrayList<>(chain.keySet()).reversed();
      var counted =
          newestFirst.stream()
              .filter(ref -> !quarantined.contains(ref))
              .map(ManifestRef::step)
              .distinct()
              .limit(RULE.last())
              .collect(Collectors.toSet());
      newestFirst.stream()
          .filter(ref -> counted.contains(ref.step()) && !quarantined.contains(ref))
          .filter(this::wasNeverExpired)
          .forEach(keepers::add);
      chain.forEach(
          (ref, parentStep) -> {
            if (RULE.isMilestone(ref.step(), parentStep)
                && !quarantined.contains(ref)
                && wasNeverExpired(ref)) keepers.add(ref);
          });
      pins.forEach(
          (ref, until) -> {
            if (until.filter(end -> !now().isBefore(end)).isEmpty()) keepers.add(ref);
          });
      saved.stream().filter(ref -> needed.contains(ref.name())).forEach(keepers::add);
      return keepers;
    }

    /**
     * After a rollback, or a quarantine, the rule reaches further down than before, where earlier
     * sweeps have deleted.
     */
    private boolean wasNeverExpired(ManifestRef ref) {
      return run == 1 && !wasDamaged || isThere(ref);
    }

    /** Two weeks of sweeps later only what is referred to is left, and no mark or note. */
    private void settle() {
      pins.keySet().forEach(ref -> pinning().unpin(ref.name(), "owner"));
      pins.clear();
      needed.clear();
      quarantined.forEach(ref -> store.remove(TestingJob.LAYOUT.quarantine(ref.name())));
      quarantined.clear();
      for (var day = 0; day < 16; day++) {
        store.advance(Duration.ofHours(25));
        sweep();
        check(new Move.Sweep());
      }
      var root = TestingJob.LAYOUT.root();
      assertThat(store.keys())
          .filteredOn(key -> key.startsWith(root + "m") || key.startsWith(root + "pins/"))
          .as("marks, pins, and manifests but for at most the chain's")
          .allMatch(key -> chain.keySet().stream().anyMatch(ref -> key.endsWith(ref.name())));
      assertThat(store.keys())
          .filteredOn(key -> key.startsWith(TestingJob.LAYOUT.marks()))
          .isEmpty();
      var manifests =
          store.keys().stream().filter(key -> key.startsWith(root + "manifests/")).count();
      var milestones = chain.keySet().stream().filter(this::isThere).count();
      assertThat(manifests).isEqualTo(milestones);
      var chunks =
          store.keys().stream().filter(key -> key.startsWith(TestingJob.LAYOUT.chunks())).count();
      assertThat(chunks).isLessThanOrEqualTo(2 * manifests);
    }

    private boolean verify(ManifestRef ref) {
      return new Verifier(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock())
              .verify(ref, Mode.READ, Optional.empty())
          instanceof Verification.Verified;
    }

    private boolean isThere(ManifestRef ref) {
      return store.keys().contains(TestingJob.LAYOUT.manifest(ref.name()));
    }

    private boolean isMarked(ManifestRef ref) {
      return store.keys().contains(TestingJob.LAYOUT.mark(ref.name()));
    }

    private ManifestRef any(int i) {
      return saved.get(i % saved.size());
    }

    private Pins pinning() {
      return new Pins(store, TestingJob.LAYOUT, TestingJob.BUDGET, store.clock());
    }

    private Instant now() {
      return store.clock().instant();
    }
  }
}
