package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How thoroughly the operator verifies a checkpoint before compute is released. */
public enum Verify {
  @JsonProperty("Attested")
  ATTESTED,
  @JsonProperty("Read")
  READ
}
