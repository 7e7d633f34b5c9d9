package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The conditions of a TrainingJob; {@code kubectl wait --for=condition=Paused} works with each of
 * them.
 */
public enum ConditionType {
  /** Workers are training, or the job needs none (paused or finished as wanted). */
  @JsonProperty("Ready")
  READY,
  /** A verified checkpoint is recorded, and compute is released or, in place, held as wanted. */
  @JsonProperty("Paused")
  PAUSED,
  /** The pods of a paused job are gone, neither held in place nor merely ordered to go. */
  @JsonProperty("ComputeReleased")
  COMPUTE_RELEASED,
  /** The operator itself verified the newest checkpoint in the store. */
  @JsonProperty("CheckpointVerified")
  CHECKPOINT_VERIFIED,
  /** The first step after the resume is the one that follows the checkpoint. */
  @JsonProperty("ResumeProven")
  RESUME_PROVEN,
  /** The newest {@code spec.resumeFrom} is where a run began. */
  @JsonProperty("ResumeFromApplied")
  RESUME_FROM_APPLIED,
  /** The store answers, admits us, and supports what the protocol needs. */
  @JsonProperty("StorageReady")
  STORAGE_READY,
  /** The API server accepts the pods that the spec describes. */
  @JsonProperty("TemplateAccepted")
  TEMPLATE_ACCEPTED,
  /** A pod that is taken away has the time to save. */
  @JsonProperty("SavesInTime")
  SAVES_IN_TIME,
  /** Runs keep ending without a newer checkpoint. */
  @JsonProperty("Stalled")
  STALLED,
  /** The job is on its way to what is wanted: starting, pausing, recovering. */
  @JsonProperty("Reconciling")
  RECONCILING,
  @JsonProperty("Succeeded")
  SUCCEEDED,
  @JsonProperty("Failed")
  FAILED
}
