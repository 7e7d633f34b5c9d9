package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;

/** The newest resume and its proof. */
public record ResumeStatus(
    @JsonPropertyDescription("When the resume was decided.") Instant requestedAt,
    @JsonPropertyDescription("The step of the checkpoint that was restored.") long fromStep,
    @JsonPropertyDescription(
            "The first step reported after the restore; fromStep + 1 when nothing was skipped or"
                + " repeated.")
        Optional<Long> firstStep,
    @JsonPropertyDescription("When the first step was compared with the receipt.")
        Optional<Instant> provenAt,
    @JsonPropertyDescription(
            "exact when the trainer continues bit by bit, otherwise why it cannot say so.")
        Optional<String> exact) {

  public ResumeStatus {
    firstStep = Absent.ifNull(firstStep);
    provenAt = Absent.ifNull(provenAt);
    exact = Absent.ifNull(exact);
  }

  /** A resume whose first step has not been seen yet. */
  public static ResumeStatus from(long step, Instant at) {
    return new ResumeStatus(at, step, Optional.empty(), Optional.empty(), Optional.empty());
  }

  public ResumeStatus withFirstStep(long value, Instant at, Optional<String> verdict) {
    return new ResumeStatus(requestedAt, fromStep, Optional.of(value), Optional.of(at), verdict);
  }
}
