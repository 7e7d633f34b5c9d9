package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Objects;

/** Where checkpoints are stored. */
public record StorageSpec(
    @Default("{}")
        @JsonPropertyDescription(
            "A bucket of an S3-compatible store; each field left out is taken from the operator's"
                + " installation.")
        S3Spec s3,
    @Default("false")
        @JsonPropertyDescription(
            "Set to true for a store that returns no checksums: lengths are then verified, and the"
                + " receipt says LengthOnly.")
        boolean allowLengthOnly) {

  /** What an absent {@code spec.checkpoint.storage} means. */
  public static final StorageSpec DEFAULT = new StorageSpec(S3Spec.DEFAULT, false);

  public StorageSpec {
    s3 = Objects.requireNonNullElse(s3, S3Spec.DEFAULT);
  }
}
