package dev.intermission.operator.plan.observation;

import dev.intermission.checkpoint.layout.JobKey;

/**
 * The TrainingJob that a plan is about.
 *
 * @param generation {@code metadata.generation} of the spec that the plan sees; goes into {@code observedGeneration}
 */
public record Subject(JobKey job, long generation) {

  /** Deterministic, so that creating it twice is one creation: {@code <name>-<run>}. */
  public String childJob(long run) {
    return job.name() + "-" + run;
  }
}
