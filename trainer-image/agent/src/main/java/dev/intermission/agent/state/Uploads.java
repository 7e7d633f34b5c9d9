package dev.intermission.agent.state;

import dev.intermission.control.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of checkpoints so far.
 *
 * @param durable the newest one in S3
 * @param inFlight the one on its way
 * @param handedOver whether this rank did its part of it, and only others are waited for
 * @param problem why the last attempt failed; gone after the next success
 * @param lastTook from complete folder to commit, of the last success
 */
public record Uploads(
    Optional<Durable> durable,
    Optional<Upload> inFlight,
    boolean handedOver,
    Optional<Problem> problem,
    Optional<Duration> lastTook) {

  /** Nothing saved, nothing restored. */
  public static final Uploads NONE =
      new Uploads(Optional.empty(), Optional.empty(), false, Optional.empty(), Optional.empty());

  /** HEAD names {@code newest}. */
  public Uploads named(Durable newest) {
    return new Uploads(Optional.of(newest), inFlight, handedOver, problem, lastTook);
  }

  /** An upload begins; an older problem stays until it succeeds. */
  public Uploads begin(Upload upload) {
    return new Uploads(durable, Optional.of(upload), false, problem, lastTook);
  }

  /** What is left to do of the upload in flight is the other ranks'. */
  public Uploads waitsForOthers() {
    return new Uploads(durable, inFlight, true, problem, lastTook);
  }

  /** The upload in flight is committed. */
  public Uploads committed(Durable newest, Duration took) {
    return new Uploads(
        Optional.of(newest), Optional.empty(), false, Optional.empty(), Optional.of(took));
  }

  /** The upload in flight failed, and may be tried again. */
  public Uploads failed(Problem why) {
    return new Uploads(durable, Optional.empty(), false, Optional.of(why), lastTook);
  }

  /** Something else that needs S3 failed. */
  public Uploads troubled(Problem why) {
    return new Uploads(durable, inFlight, handedOver, Optional.of(why), lastTook);
  }

  /** S3 answers again. */
  public Uploads mended() {
    return new Uploads(durable, inFlight, handedOver, Optional.empty(), lastTook);
  }

  /** The upload in flight was given up for a more important one. */
  public Uploads abandoned() {
    return new Uploads(durable, Optional.empty(), false, problem, lastTook);
  }
}
