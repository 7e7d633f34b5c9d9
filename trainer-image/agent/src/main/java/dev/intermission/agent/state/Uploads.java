package dev.intermission.agent.state;

import dev.intermission.control.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of checkpoints so far.
 *
 * @param durable the newest one in S3
 * @param inFlight the one on its way
 * @param problem why the last attempt failed; gone after the next success
 * @param lastTook from complete folder to commit, of the last success
 */
public record Uploads(
    Optional<Durable> durable,
    Optional<Upload> inFlight,
    Optional<Problem> problem,
    Optional<Duration> lastTook) {

  /** Nothing saved, nothing restored. */
  public static final Uploads NONE =
      new Uploads(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** HEAD names {@code newest}. */
  public Uploads named(Durable newest) {
    return new Uploads(Optional.of(newest), inFlight, problem, lastTook);
  }

  /** An upload begins; an older problem stays until it succeeds. */
  public Uploads begin(Upload upload) {
    return new Uploads(durable, Optional.of(upload), problem, lastTook);
  }

  /** The upload in flight is committed. */
  public Uploads committed(Durable newest, Duration took) {
    return new Uploads(Optional.of(newest), Optional.empty(), Optional.empty(), Optional.of(took));
  }

  /** The upload in flight failed, and may be tried again. */
  public Uploads failed(Problem why) {
    return new Uploads(durable, Optional.empty(), Optional.of(why), lastTook);
  }

  /** Something else that needs S3 failed. */
  public Uploads troubled(Problem why) {
    return new Uploads(durable, inFlight, Optional.of(why), lastTook);
  }

  /** S3 answers again. */
  public Uploads mended() {
    return new Uploads(durable, inFlight, Optional.empty(), lastTook);
  }

  /** The upload in flight was given up for a more important one. */
  public Uploads abandoned() {
    return new Uploads(durable, Optional.empty(), problem, lastTook);
  }
}
