package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Optional;

/**
 * Which bucket, and with whose credentials. What is absent comes from the operator's installation.
 */
public record S3Spec(
    @Size(min = 3, max = 63)
        @ValidationRule(
            value = "self.matches('^[a-z0-9][-.a-z0-9]*[a-z0-9]$')",
            message = "must be a bucket's name: lower-case letters, digits, dashes and dots")
        @JsonPropertyDescription("The bucket; it must exist.")
        Optional<String> bucket,
    @Size(max = 512)
        @ValidationRule(
            value = "!self.startsWith('/') && !self.endsWith('/') && !self.contains('//')",
            message = "must not start or end with a slash: write it like teams/vision")
        @JsonPropertyDescription(
            "What every object's key starts with, without a slash at either end; namespace, name"
                + " and uid of the job follow.")
        Optional<String> prefix,
    @Size(max = 512)
        @ValidationRule(
            value =
                "isURL(self) && url(self).getScheme() in ['http', 'https'] && url(self).getHost()"
                    + " != ''",
            message =
                "must be an http:// or https:// address, such as https://minio.storage.svc:9000")
        @JsonPropertyDescription(
            "The store's address, for example https://minio.storage.svc:9000; leave it out for"
                + " Amazon S3.")
        Optional<String> endpoint,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription("The bucket's region, for example eu-central-1.")
        Optional<String> region,
    @JsonPropertyDescription(
            "Set to true when the store wants the bucket in the path and not in the host name, as"
                + " MinIO does.")
        Optional<Boolean> pathStyle,
    @Size(min = 1, max = 253)
        @JsonPropertyDescription(
            "Name of a Secret in the job's namespace with the keys AWS_ACCESS_KEY_ID,"
                + " AWS_SECRET_ACCESS_KEY and, for temporary ones, AWS_SESSION_TOKEN; needed for"
                + " another bucket or endpoint than the installation's.")
        Optional<String> credentialsSecret,
    @JsonPropertyDescription(
            "How the store is asked to encrypt what is written; left out, the installation's"
                + " setting or the bucket's own decides.")
        Optional<EncryptionSpec> encryption,
    @JsonPropertyDescription(
            "Certificates to trust for an https endpoint that no public authority vouches for.")
        Optional<CaBundleSpec> caBundle) {

  /** What an absent {@code spec.checkpoint.storage.s3} means. */
  public static final S3Spec DEFAULT =
      new S3Spec(
          Optional.empty(),
          Optional.empty(),
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
    encryption = Absent.ifNull(encryption);
    caBundle = Absent.ifNull(caBundle);
  }
}
