package dev.intermission.agent.work;

import dev.intermission.agent.state.Ask;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.HoldEnd;
import dev.intermission.agent.state.Tenure.Standing;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.protocol.UnholdOutcome.Raised;
import dev.intermission.checkpoint.protocol.UnholdOutcome.SealedMeanwhile;
import dev.intermission.checkpoint.protocol.UnholdOutcome.Undecided;
import dev.intermission.control.Problem;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a held trainer go on, when told to or when the operator is gone: HEAD is raised first, so
 * that the operator cannot seal and delete by a receipt that training has left behind. Where the
 * seal came first, the trainer stays held.
 */
public final class Releasing implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Releasing.class);
  private static final Duration NOTHING_TO_DO = Duration.ofHours(1);

  private final Vault vault;
  private final Board board;
  private final Requests requests;
  private final LongSupplier nanoTime;
  private final Backoff failures = Backoff.afterFailure();

  /** Ends holds of {@code requests}. */
  public Releasing(Vault vault, Board board, Requests requests, LongSupplier nanoTime) {
    this.vault = vault;
    this.board = board;
    this.requests = requests;
    this.nanoTime = nanoTime;
  }

  @Override
  public void run() {
    try {
      while (true) {
        var facts = board.facts();
        var due = HoldEnd.due(facts, nanoTime.getAsLong());
        if (due.isPresent()) {
          end(facts, due.get());
        } else {
          board.awaitNews(facts, HoldEnd.left(facts, nanoTime.getAsLong()).orElse(NOTHING_TO_DO));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Facts facts, Ask ask) throws InterruptedException {
    try {
      if (raised(facts)) {
        // dies here: the trainer is still held; the operator says continue again, or the next lease
        // ends
        requests.released(ask.id());
        LOG.atInfo().addKeyValue(LogKeys.REQUEST_ID, ask.id()).log("the trainer goes on");
      }
      failures.reset();
    } catch (StoreException e) {
      delay(ask, new Problem(e.reason(), e.getMessage()));
    } catch (UncheckedIOException e) {
      delay(ask, new Problem("SharedDirectoryFailing", e.getMessage()));
    }
  }

  private boolean raised(Facts facts) throws InterruptedException {
    if (facts.tenure().together() && facts.tenure().claim().isEmpty()) return stillOurs();
    var claim = facts.tenure().claim();
    if (claim.isEmpty())
      return true; // nothing was ever committed, so nothing can have been sealed on the strength of
    // it
    return switch (vault.unhold().raise(claim.get())) {
      case Raised(var raised) -> {
        board.update(now -> now.with(raised).with(now.uploads().mended()));
        yield true;
      }
      case SealedMeanwhile _ -> {
        sealed();
        yield false;
      }
      case Undecided(var why) -> {
        delay(facts.asked().ask().orElseThrow(), new Problem("UnholdUndecided", why));
        yield false;
      }
    };
  }

  /**
   * A rank other than 0 raises nothing: what decides about the gang is rank 0's HEAD. Going on
   * before rank 0 does costs at most steps that nobody saved.
   */
  private boolean stillOurs() {
    try {
      new Following(vault, board).look();
      return true;
    } catch (StoreException.Fenced _) {
      sealed();
      return false;
    }
  }

  private void sealed() {
    LOG.atInfo().log("HEAD is sealed; the trainer stays held until the pod is deleted");
    board.update(now -> now.with(now.tenure().judged(Standing.SEALED)));
  }

  private void delay(Ask ask, Problem why) throws InterruptedException {
    board.update(facts -> facts.with(facts.uploads().troubled(why)));
    LOG.atWarn().addKeyValue(LogKeys.REASON, why.reason()).log(why.message());
    board.await(facts -> over(facts, ask), failures.next());
  }

  private static Optional<Facts> over(Facts facts, Ask ask) {
    var same = facts.asked().ask().filter(now -> now.id() == ask.id()).isPresent();
    return same ? Optional.empty() : Optional.of(facts);
  }
}
