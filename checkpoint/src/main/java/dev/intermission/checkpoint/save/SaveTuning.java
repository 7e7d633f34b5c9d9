package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.s3.RetryBudget;
import java.time.Duration;

/**
 * How a save goes about it.
 *
 * @param cutting of files into chunks
 * @param inFlight chunks sent at once; each costs up to some 1.5 MB of memory
 * @param grace retention's: nothing younger is swept
 * @param retries of every single request
 * @param parts how often rank 0 of a gang looks for the parts of the others
 */
public record SaveTuning(
    Cutting cutting, int inFlight, Duration grace, RetryBudget retries, RetryBudget parts) {

  /** Eight chunks at once; a gang's ranks have ten minutes to write their parts. */
  public static final SaveTuning STANDARD =
      new SaveTuning(
          Cutting.STANDARD,
          8,
          Duration.ofHours(24),
          RetryBudget.STANDARD,
          new RetryBudget(
              800, Duration.ofMillis(100), Duration.ofSeconds(1), RetryBudget.Pause.SLEEP));

  public SaveTuning {
    if (inFlight < 1) throw new IllegalArgumentException("inFlight: " + inFlight);
  }
}
