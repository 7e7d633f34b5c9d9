package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a pause does when it cannot save. */
public enum PauseFailure {
  @JsonProperty("KeepRunning")
  KEEP_RUNNING,
  @JsonProperty("UseLatest")
  USE_LATEST
}
