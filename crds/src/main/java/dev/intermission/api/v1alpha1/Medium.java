package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the scratch volume is made of; the words are those of an emptyDir. */
public enum Medium {
  @JsonProperty("")
  DISK,
  @JsonProperty("Memory")
  MEMORY
}
