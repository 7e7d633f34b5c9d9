package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which checkpoint a pause goes back to. */
public enum PauseCheckpoint {
  @JsonProperty("Fresh")
  FRESH,
  @JsonProperty("Latest")
  LATEST
}
