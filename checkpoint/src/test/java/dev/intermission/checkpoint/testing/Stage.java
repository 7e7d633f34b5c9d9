package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.failure.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plays programs against each other at the granularity of single store calls: each runs on a thread
 * of its own and waits before every call until it has its turn. Only one runs at any time, so that
 * the same turns always give the same play, however long an actor had to stand still.
 */
public final class Stage implements AutoCloseable {

  private final TestingStore store;
  private final List<Actor> actors = new ArrayList<>();

  public Stage(TestingStore store, List<? extends Program> programs) {
    this.store = store;
    programs.forEach(program -> actors.add(new Actor(program)));
  }

  /** An actor makes its next call; one whose process ended is started again first. */
  public void turn(int actor, Optional<Fault> fault) {
    actors.get(actor).turn(fault);
  }

  /** An actor's first process goes on for so many calls, or to its end: it is not started again. */
  public void life(int actor, int calls) {
    actors.get(actor).life(calls);
  }

  /** Whether an actor's process is in the middle of something. */
  public boolean isBusy(int actor) {
    return actors.get(actor).gate.isPresent();
  }

  /** Every process dies where it stands. */
  @Override
  public void close() {
    actors.forEach(Actor::die);
  }

  /** {@code gate} is present while its process lives. */
  private final class Actor {

    private final Program program;
    private Optional<Gate> gate = Optional.empty();
    private boolean begun;

    private Actor(Program program) {
      this.program = program;
    }

    private void life(int calls) {
      for (var call = 0; call < calls && (!begun || gate.isPresent()); call++) {
        turn(Optional.empty());
      }
    }

    private void turn(Optional<Fault> fault) {
      if (gate.isEmpty()) stopped(started());
      if (gate.isPresent()) stopped(gate.get().open(fault));
    }

    private void die() {
      while (gate.isPresent()) stopped(gate.get().open(Optional.of(Fault.DIE_BEFORE)));
    }

    private Gate.Stop started() {
      var mine = new Gate();
      gate = Optional.of(mine);
      begun = true;
      Thread.ofVirtual().name(program.name()).start(() -> mine.end(lived(mine)));
      return mine.stop();
    }

    private Optional<Throwable> lived(Gate mine) {
      try {
        program.run(new TurnstileStore(() -> passed(mine)));
        return Optional.empty();
      } catch (RuntimeException | Error e) {
        return Optional.of(e);
      }
    }

    /** The store, once the schedule lets this actor make its call; perhaps to suffer a fault. */
    private TestingStore passed(Gate mine) {
      mine.pass().ifPresent(fault -> store.fail(0, fault));
      return store.as(program.name());
    }

    private void stopped(Gate.Stop stop) {
      switch (stop) {
        case Gate.Stop.Waiting _ -> {}
        case Gate.Stop.Ended(var why) -> {
          gate = Optional.empty();
          why.ifPresent(this::expected);
        }
      }
    }

    /** A process may die, and may fail for want of a store; nothing else. */
    private void expected(Throwable why) {
      if (why instanceof ProcessDied || why instanceof StoreException) return;
      throw new AssertionError(program.name() + " ended by a defect", why);
    }
  }
}
