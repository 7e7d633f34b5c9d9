package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;

/**
 * Word that a worker is about to be taken away, and the save that was asked for because of it.
 * Recorded before anybody is asked, like a pause.
 */
public record NoticeStatus(
    @JsonPropertyDescription("The run that was given notice.") long run,
    @JsonPropertyDescription(
            "The number of the save request; pauses and notices count in one row, which only"
                + " grows.")
        long requestId,
    @JsonPropertyDescription(
            "The step at which all workers are asked to save; absent for a single worker, which"
                + " saves at its next one.")
        Optional<Long> step,
    @JsonPropertyDescription("When the notice was seen.") Instant at,
    @JsonPropertyDescription("Who goes and why, for example NodeLeaving or PodDraining.")
        Problem why,
    @JsonPropertyDescription("When the notice was taken back and training went on.")
        Optional<Instant> withdrawnAt) {

  public NoticeStatus {
    step = Absent.ifNull(step);
    withdrawnAt = Absent.ifNull(withdrawnAt);
  }

  /** A notice that was just seen. */
  public static NoticeStatus seen(
      long run, long requestId, Optional<Long> step, Instant at, Problem why) {
    return new NoticeStatus(run, requestId, step, at, why, Optional.empty());
  }

  /** The same notice; the save is asked for again. */
  public NoticeStatus reasked(long nextRequestId, Optional<Long> nextStep) {
    return new NoticeStatus(run, nextRequestId, nextStep, at, why, withdrawnAt);
  }

  /** Nobody goes after all. */
  public NoticeStatus withdrawn(Instant when) {
    return new NoticeStatus(run, requestId, step, at, why, Optional.of(when));
  }
}
