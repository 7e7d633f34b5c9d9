package dev.intermission.checkpoint.testing;

import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Where an actor waits before each of its calls. Only one side runs at any time: the actor between
 * {@link #pass} and the next, or whoever {@link #open}s the gate.
 */
final class Gate {

  /** Why the actor stopped running. */
  sealed interface Stop {

    /** It waits before its next call. */
    record Waiting() implements Stop {}

    /** Its process ended: by itself, or by what was thrown. */
    record Ended(Optional<Throwable> why) implements Stop {}
  }

  private record Ticket(Optional<Fault> fault) {}

  private Optional<Ticket> ticket = Optional.empty();
  private Optional<Stop> ended = Optional.empty();
  private int waiting;

  /** The actor's side: waits for its ticket; the fault that its call is to suffer. */
  synchronized Optional<Fault> pass() {
    waiting++;
    notifyAll();
    try {
      while (ticket.isEmpty()) wait();
      var mine = ticket.get();
      ticket = Optional.empty();
      return mine.fault();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    } finally {
      waiting--;
      notifyAll();
    }
  }

  /** The actor's side: its process has ended. */
  synchronized void end(Optional<Throwable> why) {
    ended = Optional.of(new Stop.Ended(why));
    notifyAll();
  }

  /** Lets the call through for which the actor waits, and waits until the actor stops again. */
  synchronized Stop open(Optional<Fault> fault) {
    ticket = Optional.of(new Ticket(fault));
    notifyAll();
    return stop();
  }

  /** Waits until the actor stops. */
  synchronized Stop stop() {
    try {
      while (ended.isEmpty() && (ticket.isPresent() || waiting == 0)) wait();
    } catch (InterruptedException e) {
      throw new AssertionError("a schedule is not interrupted", e);
    }
    return ended.orElseGet(Stop.Waiting::new);
  }
}
