package dev.intermission.agent.work;

import dev.intermission.agent.config.Self;
import dev.intermission.agent.state.Durable;
import dev.intermission.agent.state.Enrolment;
import dev.intermission.agent.state.Facts;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome.Claimed;
import dev.intermission.checkpoint.protocol.ClaimOutcome.FencedOut;
import dev.intermission.checkpoint.protocol.ClaimOutcome.NotSealedYet;
import dev.intermission.checkpoint.protocol.ClaimOutcome.Undecided;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.save.Session;
import dev.intermission.control.Problem;
import dev.intermission.control.Restored;
import dev.intermission.control.Restored.State;
import dev.intermission.sdk.directory.AgentFile.TokenFile;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until HEAD names this run, claims it once in the pod's life (rank 0) or learns who did (the
 * others), and hands what the session begins with to {@link Restoring}. Every failure is retried
 * for as long as the pod lives: the operator decides when to give up, and sees why in the status.
 */
public final class Starting implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Starting.class);

  private final Self self;
  private final Optional<String> floor;
  private final Vault vault;
  private final Notes notes;
  private final Restoring restoring;

  /** The board and the journal of one pod. */
  public record Notes(Board board, Journal journal) {

    /** HEAD names this one, committed by another process. */
    void named(Durable newest) {
      // dies here or in the next line: HEAD still names it
      journal.remember(memory -> memory.withDurableStep(newest.step()));
      board.update(facts -> facts.with(facts.uploads().named(newest)));
    }
  }

  /** A start that refuses a HEAD behind {@code floor}. */
  public Starting(
      Self self, Optional<String> floor, Vault vault, Notes notes, Restoring restoring) {
    this.self = self;
    this.floor = floor;
    this.vault = vault;
    this.notes = notes;
    this.restoring = restoring;
  }

  @Override
  public void run() {
    try {
      if (mayBegin()) restoring.restore(enrolment());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when fenced. Rank 0 takes HEAD for all ranks; the others wait for what it took. */
  private boolean mayBegin() throws InterruptedException {
    if (notes.journal().memory().fenced()) {
      fence().drop("an earlier process of this pod was fenced");
      return false;
    }
    return self.rank() > 0 || claim().isPresent();
  }

  /** A single worker is a session of its own; a gang's comes with the roster. */
  private Enrolment enrolment() throws InterruptedException {
    var tenure = notes.board().facts().tenure();
    var known = Enrolling.remembered(notes.journal());
    if (self.worldSize() == 1) {
      var claim = tenure.claim().orElseThrow();
      known =
          Optional.of(
              new Enrolment(Session.alone(claim.token(), self.podUid()), claim.head().manifest()));
    }
    known.ifPresent(session -> notes.board().update(now -> now.with(now.tenure().with(session))));
    if (known.isEmpty()) show(State.WAITING_FOR_ROSTER);
    return notes.board().await(facts -> facts.tenure().enrolment());
  }

  private void show(State state) {
    var now = new Restored(state, Optional.empty(), Optional.empty());
    notes.board().update(facts -> facts.with(now));
  }

  private Fence fence() {
    return new Fence(notes.board(), notes.journal());
  }

  /** Empty when fenced. */
  private Optional<Claim> claim() throws InterruptedException {
    var memory = notes.journal().memory();
    var remembered =
        memory.token().map(token -> new FencingToken(token.run(), token.writerEpoch()));
    var seal = Backoff.forTheSeal();
    var failure = Backoff.afterFailure();
    while (true) {
      try {
        if (behindTheFloor(vault.head().read())) return Optional.empty();
        switch (vault.claiming().claim(self.run(), self.podUid(), remembered)) {
          case Claimed(var claim) -> {
            return Optional.of(taken(claim));
          }
          case FencedOut(var _, var by) -> {
            fence().drop("HEAD is held by " + by.pod().orElse("the seal") + " of run " + by.run());
            return Optional.empty();
          }
          case NotSealedYet _ -> {
            notes.board().update(Facts::startMended); // the store answers
            failure.reset();
            Thread.sleep(seal.next());
          }
          case Undecided(var why) -> delay(new Problem("ClaimUndecided", why), failure.next());
        }
      } catch (StoreException e) {
        delay(new Problem(e.reason(), e.getMessage()), failure.next());
      } catch (UncheckedIOException e) {
        delay(new Problem("SharedDirectoryFailing", e.getMessage()), failure.next());
      }
    }
  }

  private Claim taken(Claim claim) {
    // dies here, or in the next line: HEAD names this pod, and the next process finds its own uid
    // there
    var token = new TokenFile(claim.token().run(), claim.token().writerEpoch());
    notes.journal().remember(memory -> memory.withToken(token));
    notes.board().update(facts -> facts.with(claim));
    LOG.atInfo().addKeyValue(LogKeys.RUN, self.run()).log("claimed");
    return claim;
  }

  /**
   * Never from zero, and never from older than promised: such a HEAD is somebody's mistake, and
   * nothing is written.
   */
  private boolean behindTheFloor(Optional<HeadSnapshot> now) {
    if (floor.isEmpty() || now.isEmpty() || now.get().head().run() != self.run()) return false;
    var least = stepOf(floor.get());
    var found = now.get().head().step();
    if (found >= least) return false;
    var problem =
        new Problem(
            "HeadBehind",
            "HEAD names step "
                + found
                + ", but this run was promised step "
                + least
                + " ("
                + floor.get()
                + "). Nothing was started or written. Was the bucket restored from an older copy?"
                + " See docs/storage.md.");
    var failed = new Restored(Restored.State.FAILED, Optional.empty(), Optional.of(problem));
    notes.board().update(facts -> facts.with(failed));
    LOG.atError().addKeyValue(LogKeys.REASON, problem.reason()).log(problem.message());
    return true;
  }

  private void delay(Problem why, Duration pause) throws InterruptedException {
    Facts before = notes.board().facts();
    notes.board().update(facts -> facts.startDelayed(why));
    if (before.start().problem().filter(why::equals).isEmpty()) {
      LOG.atWarn().addKeyValue(LogKeys.REASON, why.reason()).log(why.message());
    }
    Thread.sleep(pause);
  }

  private static long stepOf(String manifestName) {
    return Long.parseLong(manifestName.substring(0, 20));
  }
}
