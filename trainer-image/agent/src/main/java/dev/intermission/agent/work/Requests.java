package dev.intermission.agent.work;

import dev.intermission.agent.state.Ask;
import dev.intermission.agent.state.Ask.Origin;
import dev.intermission.agent.state.Ask.Release;
import dev.intermission.agent.state.Asked;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.Lease;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.SaveCommand;
import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.Request;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Takes requests and hands them to the trainer. Thread-safe: one request at a time. */
public final class Requests {

  private final Board board;
  private final Journal journal;
  private final LongSupplier nanoTime;

  /** Requests that are written to {@code journal} and known on {@code board}. */
  public Requests(Board board, Journal journal, LongSupplier nanoTime) {
    this.board = board;
    this.journal = journal;
    this.nanoTime = nanoTime;
  }

  /** What an earlier process of this pod was asked, read from its two files. */
  public static Asked remembered(AgentFile memory, Optional<Request> told, Lease lease) {
    var newest = memory.newestRequestId();
    Optional<Ask> ask =
        told.flatMap(
            request ->
                switch (request) {
                  case Request.Checkpoint(var id, var at, var hold) ->
                      Optional.of(new Ask(id, step(at), hold, origin(id, newest), Release.NONE));
                  case Request.Continue(var id, var at) ->
                      Optional.of(new Ask(id, at, true, origin(id, newest), Release.DONE));
                  case Request.Exit() -> Optional.empty();
                  case Request.Stop _ -> Optional.empty();
                });
    return new Asked(newest, ask, lease);
  }

  /** The operator was heard: the hold's lease begins anew. */
  public void heard() {
    var now = nanoTime.getAsLong();
    board.update(facts -> facts.with(facts.asked().heard(now)));
  }

  /**
   * Takes the operator's request, unless a higher one was heard, or this very one, or the pod is
   * fenced.
   */
  public synchronized void take(SaveCommand command) {
    var facts = board.facts();
    if (facts.tenure().fenced() || command.id() < facts.asked().newestId()) return;
    var ask = new Ask(command.id(), command.at(), command.hold(), Origin.OPERATOR, Release.NONE);
    if (isTaken(facts, ask)) return;
    journal.remember(memory -> memory.withNewestRequestId(command.id()));
    // dies here: the id counts as heard but the trainer knows nothing; the operator asks again and
    // the same id is taken again
    tell(ask);
  }

  /** The trainer's end is near: makes it save and hold, unless the operator already does. */
  public synchronized void drain() {
    var facts = board.update(now -> now.with(now.asked().drained()));
    var holding =
        facts.asked().ask().filter(Ask::hold).filter(ask -> ask.release() == Release.NONE);
    if (facts.tenure().fenced() || holding.isPresent()) return;
    var told = facts.asked().ask().map(Ask::id).orElse(0L);
    // One above whatever the trainer knows: an operator that later asks under the same id finds the
    // trainer held already.
    var id = Math.max(told, facts.asked().newestId()) + 1;
    heard();
    tell(new Ask(id, Optional.empty(), true, Origin.DRAIN, Release.NONE));
  }

  /**
   * The operator wants the trainer to go on; {@link Releasing} raises HEAD and tells it. Also what
   * this worker never heard of: another rank may have saved for it, and let its periodic saves
   * before it go, for which this one would wait.
   */
  public synchronized void letGo(ContinueCommand command) {
    var facts = board.facts();
    var bound = facts.tenure().fenced() || facts.asked().draining();
    if (command.id() > facts.asked().newestId() && !bound) {
      journal.remember(memory -> memory.withNewestRequestId(command.id()));
      var unheard = new Ask(command.id(), command.at(), true, Origin.OPERATOR, Release.WANTED);
      board.update(now -> now.with(now.asked().with(unheard)));
    } else {
      board.update(now -> now.with(now.asked().released(command.id(), Release.WANTED)));
    }
  }

  /** HEAD was raised: tells the trainer to go on, unless it was told something newer meanwhile. */
  synchronized void released(long id) {
    var current = board.facts().asked().ask().filter(ask -> ask.id() == id);
    if (current.isEmpty()) return;
    journal.tell(new Request.Continue(id, current.get().at()));
    board.update(facts -> facts.with(facts.asked().released(id, Release.DONE)));
  }

  private void tell(Ask ask) {
    Request.At at = ask.at().<Request.At>map(Request.At.Step::new).orElseGet(Request.At.Next::new);
    journal.tell(new Request.Checkpoint(ask.id(), at, ask.hold()));
    board.update(facts -> facts.with(facts.asked().with(ask)));
  }

  private static boolean isTaken(Facts facts, Ask ask) {
    return facts
        .asked()
        .ask()
        .filter(known -> known.id() == ask.id() && known.byOperator())
        .isPresent();
  }

  private static Origin origin(long id, long newestOfTheOperator) {
    return id > newestOfTheOperator ? Origin.DRAIN : Origin.OPERATOR;
  }

  private static Optional<Long> step(Request.At at) {
    return switch (at) {
      case Request.At.Next() -> Optional.empty();
      case Request.At.Step(var step) -> Optional.of(step);
    };
  }
}
