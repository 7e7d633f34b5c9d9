package dev.intermission.checkpoint.manifest;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import java.time.Instant;

/**
 * What one rank of a gang writes so that rank 0 can commit for all. Needed until the commit; the
 * manifest repeats its content.
 *
 * @param job whose checkpoint
 * @param step of the save
 * @param token of the session
 * @param finished whether this rank's trainer was done after the step
 * @param worldSize as this rank knows it
 * @param oldestChunk when, by the store's clock, its first chunk was written; retention's grace
 *     runs from there
 * @param part what the rank saved
 */
public record PartFile(
    JobKey job,
    long step,
    FencingToken token,
    boolean finished,
    int worldSize,
    Instant oldestChunk,
    Part part) {

  /** Whether two ranks saved the same thing: one checkpoint can hold both. */
  public boolean agreesWith(PartFile other) {
    return job.equals(other.job)
        && step == other.step
        && token.equals(other.token)
        && finished == other.finished
        && worldSize == other.worldSize;
  }
}
