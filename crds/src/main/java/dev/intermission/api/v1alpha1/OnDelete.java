package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a deleted job's checkpoints. */
public enum OnDelete {
  @JsonProperty("Keep")
  KEEP,
  @JsonProperty("Purge")
  PURGE
}
