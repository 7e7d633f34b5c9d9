package dev.intermission.checkpoint.save;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to save.
 *
 * @param step after which optimizer update
 * @param rank of the pod that saves
 * @param worldSize number of ranks
 * @param directory the complete folder of the step; nobody writes in it any more
 * @param requestId the request that this save answers, if any
 * @param finished whether the trainer is done after this step
 */
public record SaveRequest(
    long step,
    int rank,
    int worldSize,
    Path directory,
    Optional<Long> requestId,
    boolean finished) {

  public SaveRequest {
    if (step < 0) throw new IllegalArgumentException("step " + step);
    if (rank < 0 || rank >= worldSize) {
      throw new IllegalArgumentException("rank " + rank + " of " + worldSize);
    }
  }
}
