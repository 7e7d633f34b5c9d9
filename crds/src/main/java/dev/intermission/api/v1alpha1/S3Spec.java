package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Optional;

/**
 * Which bucket, and with whose credentials. What is absent comes from the operator's installation.
 */
public record S3Spec(
    @JsonPropertyDescription("The bucket; it must exist.") Optional<String> bucket,
    @JsonPropertyDescription(
            "What every object's key starts with, without a slash at either end; namespace, name"
                + " and uid of the job follow.")
        Optional<String> prefix,
    @JsonPropertyDescription(
            "The store's address, for example https://minio.storage.svc:9000; leave it out for"
                + " Amazon S3.")
        Optional<String> endpoint,
    @JsonPropertyDescription("The bucket's region, for example eu-central-1.")
        Optional<String> region,
    @JsonPropertyDescription(
            "Set to true when the store wants the bucket in the path and not in the host name, as"
                + " MinIO does.")
        Optional<Boolean> pathStyle,
    @JsonPropertyDescription(
            "Name of a Secret in the job's namespace with the keys AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY; needed for another bucket or endpoint than the"
                + " installation's.")
        Optional<String> credentialsSecret) {

  /** What an absent {@code spec.checkpoint.storage.s3} means. */
  public static final S3Spec DEFAULT =
      new S3Spec(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public S3Spec {
    bucket = Absent.ifNull(bucket);
    prefix = Absent.ifNull(prefix);
    endpoint = Absent.ifNull(endpoint);
    region = Absent.ifNull(region);
    pathStyle = Absent.ifNull(pathStyle);
    credentialsSecret = Absent.ifNull(credentialsSecret);
  }
}
