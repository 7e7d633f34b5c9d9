package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where a job stands, in one word; derived from the rest of the status and never decided upon
 * alone.
 */
public enum Phase {
  @JsonProperty("Pending")
  PENDING,
  @JsonProperty("Starting")
  STARTING,
  @JsonProperty("Running")
  RUNNING,
  @JsonProperty("Pausing")
  PAUSING,
  /** Paused in place: saved and verified, the trainers hold, and their pods keep their compute. */
  @JsonProperty("Held")
  HELD,
  @JsonProperty("Paused")
  PAUSED,
  @JsonProperty("Recovering")
  RECOVERING,
  @JsonProperty("Succeeded")
  SUCCEEDED,
  @JsonProperty("Failed")
  FAILED
}
