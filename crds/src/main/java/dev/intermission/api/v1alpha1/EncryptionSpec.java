package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Optional;

/** How the store is asked to encrypt what is written. */
@ValidationRule(
    value = "!has(self.kmsKeyId) || self.type == 'SSE-KMS'",
    fieldPath = ".kmsKeyId",
    message = "names a key of a key service: set type to SSE-KMS, or leave the key out")
public record EncryptionSpec(
    @Required
        @JsonPropertyDescription(
            "SSE-S3 encrypts with keys of the store, SSE-KMS with a key of a key service.")
        EncryptionType type,
    @Size(min = 1, max = 2048)
        @JsonPropertyDescription(
            "Id, ARN or alias of the key for SSE-KMS; left out, the store's default key is used.")
        Optional<String> kmsKeyId) {

  public EncryptionSpec {
    kmsKeyId = Absent.ifNull(kmsKeyId);
  }
}
