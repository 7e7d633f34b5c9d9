package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose keys encrypt. */
public enum EncryptionType {
  @JsonProperty("SSE-S3")
  SSE_S3,
  @JsonProperty("SSE-KMS")
  SSE_KMS
}
