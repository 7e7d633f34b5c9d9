package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How often things happened in the life of a job. */
public record Counts(
    @JsonPropertyDescription("Pauses that released compute or held it in place.") int pauses,
    @JsonPropertyDescription(
            "Resumes after a pause, from its checkpoint or, in place, from memory.")
        int resumes,
    @JsonPropertyDescription(
            "Runs that ended because a pod was evicted, preempted, deleted or lost.")
        int disruptions,
    @JsonPropertyDescription("Runs that ended because the trainer failed.") int failures) {

  /** The counts of a new job. */
  public static final Counts ZERO = new Counts(0, 0, 0, 0);

  public Counts plusPause() {
    return new Counts(pauses + 1, resumes, disruptions, failures);
  }

  public Counts plusResume() {
    return new Counts(pauses, resumes + 1, disruptions, failures);
  }

  public Counts plusDisruption() {
    return new Counts(pauses, resumes, disruptions + 1, failures);
  }

  public Counts plusFailure() {
    return new Counts(pauses, resumes, disruptions, failures + 1);
  }
}
