package dev.intermission.agent.work;

import dev.intermission.agent.state.Durable;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.UploadPlan;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the process: what the trainer had completed is still made durable, for the trainer is
 * gone before its sidecar is told to go. What comes later is left; the grace is not ours.
 */
public final class Stopping {

  private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);

  private final Runnable lastLook;
  private final Watching watching;
  private final Board board;

  /** An end that looks once more: {@code lastLook} first, at what a script may have left. */
  public Stopping(Runnable lastLook, Watching watching, Board board) {
    this.lastLook = lastLook;
    this.watching = watching;
    this.board = board;
  }

  /** Waits until nothing that is complete now is left to save, at most so long. */
  public void finish(Duration limit) throws InterruptedException {
    lastLook.run();
    watching.lookAgain();
    var facts = board.facts();
    var last = facts.seen().folders().isEmpty() ? -1 : facts.seen().folders().lastKey();
    var done = board.await(now -> saved(now, last), limit);
    if (done.isEmpty()) {
      LOG.atError()
          .addKeyValue(LogKeys.STEP, last)
          .log(
              "the grace is over and this step is not durable; the job resumes from the one"
                  + " before");
    }
  }

  private static Optional<Facts> saved(Facts facts, long last) {
    var idle = facts.uploads().inFlight().isEmpty();
    var nothingLeft = UploadPlan.next(facts).isEmpty();
    var later = facts.uploads().durable().map(Durable::step).filter(step -> step > last);
    return Optional.of(facts).filter(_ -> idle && (nothingLeft || later.isPresent()));
  }
}
