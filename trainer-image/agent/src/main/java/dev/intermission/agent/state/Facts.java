package dev.intermission.agent.state;

import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.control.Problem;
import dev.intermission.control.Restored;
import java.util.Optional;

/**
 * Everything that is known about this worker at one moment; immutable, so that a decision sees one
 * moment only.
 *
 * @param start how the start is going
 * @param tenure the right to write
 * @param uploads what became of checkpoints
 * @param asked what the operator wants
 * @param seen what the trainer left in the directory
 * @param pace how fast it trains
 */
public record Facts(
    Restored start, Tenure tenure, Uploads uploads, Asked asked, Seen seen, Pace pace) {

  /** Of a process that has just begun. */
  public static Facts atStart(Asked asked) {
    var waiting = new Restored(Restored.State.WAITING_FOR_SEAL, Optional.empty(), Optional.empty());
    return new Facts(waiting, Tenure.NONE, Uploads.NONE, asked, Seen.NOTHING, Pace.UNKNOWN);
  }

  /** With another stage of the start. */
  public Facts with(Restored stage) {
    return new Facts(stage, tenure, uploads, asked, seen, pace);
  }

  /** With another right to write. */
  public Facts with(Tenure newest) {
    return new Facts(start, newest, uploads, asked, seen, pace);
  }

  /** With another state of the uploads. */
  public Facts with(Uploads newest) {
    return new Facts(start, tenure, newest, asked, seen, pace);
  }

  /** With another request or lease. */
  public Facts with(Asked newest) {
    return new Facts(start, tenure, uploads, newest, seen, pace);
  }

  /** With another look at the directory. */
  public Facts with(Seen newest) {
    return new Facts(
        start, tenure, uploads, asked, newest, newest.progress().map(pace::after).orElse(pace));
  }

  /** With the HEAD that this pod last wrote. */
  public Facts with(Claim newest) {
    return with(tenure.with(newest));
  }

  /** In the same stage of the start, with what stands in its way. */
  public Facts startDelayed(Problem why) {
    return with(new Restored(start.state(), start.step(), Optional.of(why)));
  }

  /** In the same stage of the start, with nothing in its way. */
  public Facts startMended() {
    return with(new Restored(start.state(), start.step(), Optional.empty()));
  }

  /** Whether the trainer has what it needs to start. */
  public boolean restored() {
    return start.state() == Restored.State.RESTORED;
  }

  /** Whether this pod may commit what it finds. */
  public boolean mayWrite() {
    return restored() && tenure.enrolment().isPresent() && !tenure.fenced();
  }
}
