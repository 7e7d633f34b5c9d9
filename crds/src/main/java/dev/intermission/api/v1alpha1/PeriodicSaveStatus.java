package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a gang is with {@code spec.checkpoint.every.interval}: its workers have no clock in
 * common, so the operator names the step that all of them save. Recorded before anybody is asked,
 * like a notice.
 */
public record PeriodicSaveStatus(
    @JsonPropertyDescription("The run whose workers are asked.") long run,
    @JsonPropertyDescription(
            "From when the interval counts: the first step of the run that was seen, or the end of"
                + " the newest save, pause or notice.")
        Instant since,
    @JsonPropertyDescription(
            "The number of the newest save request; pauses, notices and periodic saves count in one"
                + " row, which only grows. 0 before the first.")
        long requestId,
    @JsonPropertyDescription(
            "The step at which all workers are asked to save; absent while none of them is asked.")
        Optional<Long> step) {

  public PeriodicSaveStatus {
    step = Absent.ifNull(step);
  }

  /**
   * Nobody is asked, and the interval counts from {@code since}.
   *
   * @param requestId of an earlier run's newest request, which stays used; 0 if there was none
   */
  public static PeriodicSaveStatus counting(long run, Instant since, long requestId) {
    return new PeriodicSaveStatus(run, since, requestId, Optional.empty());
  }

  /** All workers are asked, for the first time or again, to save this step. */
  public PeriodicSaveStatus asked(long nextRequestId, long nextStep) {
    return new PeriodicSaveStatus(run, since, nextRequestId, Optional.of(nextStep));
  }

  /** The request came to its end, and the next interval begins. */
  public PeriodicSaveStatus over(Instant at) {
    return counting(run, at, requestId);
  }

  /** The same, as a clock tells it that is {@code at} where the other was {@code since}. */
  public PeriodicSaveStatus withSince(Instant at) {
    return new PeriodicSaveStatus(run, at, requestId, step);
  }
}
