package dev.intermission.agent.work;

import dev.intermission.agent.state.Enrolment;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.protocol.Head;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;

/**
 * What a rank other than 0 sees of HEAD. It never writes HEAD: rank 0 commits for all, and here the
 * commit is learnt by reading.
 */
public final class Following {

  private final Vault vault;
  private final Board board;

  /** A follower of the HEAD in {@code vault}. */
  public Following(Vault vault, Board board) {
    this.vault = vault;
    this.board = board;
  }

  /**
   * HEAD, as long as it is of this pod's session.
   *
   * @throws StoreException.Fenced a later run or another claim holds it
   */
  Head look() {
    var now = vault.head().read().map(seen -> seen.head());
    var session = board.facts().tenure().enrolment().map(Enrolment::session).orElseThrow();
    var mine = now.filter(head -> head.token().equals(session.token()));
    if (mine.isEmpty()) {
      throw new StoreException.Fenced(
          "The session "
              + session.token()
              + " is over: HEAD is of "
              + now.map(head -> head.token().toString()).orElse("nobody, it is gone")
              + ". Nothing was changed.");
    }
    return mine.get();
  }

  /**
   * Looks until HEAD is as wanted.
   *
   * @throws CancellationException the thread was interrupted: something else became more important
   */
  Head until(Predicate<Head> wanted) {
    var pause = Backoff.forTheSeal();
    while (true) {
      var head = look();
      if (wanted.test(head)) return head;
      pause(pause.next());
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }
}
