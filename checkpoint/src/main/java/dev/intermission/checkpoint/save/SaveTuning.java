package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.s3.RetryBudget;
import java.time.Duration;

/**
 * How a save goes about it.
 *
 * @param chunkBytes no chunk is longer
 * @param inFlight chunks sent at once; each costs some 300 kB of memory
 * @param grace retention's: nothing younger is swept
 * @param retries of every single request
 * @param parts how often rank 0 of a gang looks for the parts of the others
 */
public record SaveTuning(
    long chunkBytes, int inFlight, Duration grace, RetryBudget retries, RetryBudget parts) {

  /** Chunks of 64 MiB, eight at once; a gang's ranks have ten minutes to write their parts. */
  public static final SaveTuning STANDARD =
      new SaveTuning(
          64L << 20,
          8,
          Duration.ofHours(24),
          RetryBudget.STANDARD,
          new RetryBudget(
              800, Duration.ofMillis(100), Duration.ofSeconds(1), RetryBudget.Pause.SLEEP));

  public SaveTuning {
    if (chunkBytes < 1 || chunkBytes > 64L << 20) {
      throw new IllegalArgumentException("chunkBytes is not in 1 to 64 MiB: " + chunkBytes);
    }
    if (inFlight < 1) throw new IllegalArgumentException("inFlight: " + inFlight);
  }
}
