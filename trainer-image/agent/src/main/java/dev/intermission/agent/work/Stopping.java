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
  private final Duration forOthers;

  /**
   * An end that looks once more: {@code lastLook} first, at what a script may have left.
   *
   * @param forOthers how long the parts of a gang's other ranks are waited for, once this one's is
   *     in the store
   */
  public Stopping(Runnable lastLook, Watching watching, Board board, Duration forOthers) {
    this.lastLook = lastLook;
    this.watching = watching;
    this.board = board;
    this.forOthers = forOthers;
  }

  /**
   * Waits until nothing that is complete now is left to save, at most so long. A gang whose trainer
   * ended before it finished is broken: its other ranks may wait for this one in their next step,
   * and never come to the save that waits for them.
   */
  public void finish(Duration limit) throws InterruptedException {
    lastLook.run();
    watching.lookAgain();
    var facts = board.facts();
    var last = facts.seen().folders().isEmpty() ? -1 : facts.seen().folders().lastKey();
    var mine = board.await(now -> only(saved(now, last) || waitsForOthers(now), now), limit);
    var done =
        mine.isPresent() && waitsForOthers(mine.get())
            ? board.await(now -> only(saved(now, last), now), forOthers)
            : mine;
    if (done.isEmpty()) {
      LOG.atError()
          .addKeyValue(LogKeys.STEP, last)
          .log("this step is not durable; the job resumes from the one before");
    }
  }

  private static boolean saved(Facts facts, long last) {
    var idle = facts.uploads().inFlight().isEmpty();
    var nothingLeft = UploadPlan.next(facts).isEmpty();
    var later = facts.uploads().durable().map(Durable::step).filter(step -> step > last);
    return idle && (nothingLeft || later.isPresent());
  }

  private static boolean waitsForOthers(Facts facts) {
    return facts.uploads().handedOver()
        && !UploadPlan.abandonsTheOneInFlight(facts)
        && facts
            .uploads()
            .inFlight()
            .filter(save -> !save.folder().claims().finished())
            .isPresent();
  }

  private static Optional<Facts> only(boolean when, Facts facts) {
    return when ? Optional.of(facts) : Optional.empty();
  }
}
