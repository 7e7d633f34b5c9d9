package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a checkpoint was verified: by the store's checksums, by lengths only, or by reading every
 * byte.
 */
public enum Verification {
  @JsonProperty("Attested")
  ATTESTED,
  @JsonProperty("LengthOnly")
  LENGTH_ONLY,
  @JsonProperty("Read")
  READ
}
