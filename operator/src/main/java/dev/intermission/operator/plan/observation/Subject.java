package dev.intermission.operator.plan.observation;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.manifest.ManifestRef;

/**
 * The TrainingJob that a plan is about.
 *
 * @param generation {@code metadata.generation} of the spec that the plan sees; goes into {@code
 *     observedGeneration}
 * @param store address of everything that the job stores, {@code
 *     s3://bucket/prefix/namespace/name/uid/}
 */
public record Subject(JobKey job, long generation, String store, Lifetime lifetime) {

  /** A job that nobody deletes. */
  public Subject(JobKey job, long generation, String store) {
    this(job, generation, store, Lifetime.LIVING);
  }

  /** Deterministic, so that creating it twice is one creation: {@code <name>-<run>}. */
  public String childJob(long run) {
    return job.name() + "-" + run;
  }

  /** The address of a manifest, for people and for {@code resumeFrom.uri}. */
  public String uri(ManifestRef manifest) {
    return store + "manifests/" + manifest.name();
  }
}
