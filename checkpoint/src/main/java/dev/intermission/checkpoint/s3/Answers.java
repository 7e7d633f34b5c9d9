package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads the dialects of stores: what an exception of the SDK means, and what a person should do
 * about it.
 */
final class Answers {

  private static final String FIELD = "spec.checkpoint.storage.s3.";

  private final StorageLocation location;

  Answers(StorageLocation location) {
    this.location = location;
  }

  Answer of(SdkException e) {
    var ours = own(e);
    if (ours.isPresent()) return new Answer.Definite(ours.get());
    return e instanceof S3Exception answered ? answered(answered) : unanswered(e);
  }

  StoreException.EndpointUnreachable unreachable(String what, String why, Throwable cause) {
    return new StoreException.EndpointUnreachable(
        "The S3 store at "
            + location
            + " gave no usable answer while "
            + what
            + ": "
            + why
            + ". Nothing was lost. Check "
            + FIELD
            + "endpoint, and that a NetworkPolicy or proxy lets this pod reach it.",
        cause);
  }

  StoreException.RequestRefused refused(String what, Throwable cause) {
    return new StoreException.RequestRefused(
        "The S3 store at "
            + location
            + " refused "
            + what
            + " ("
            + rootMessage(cause)
            + "). Nothing was changed. docs/storage.md lists what a store must support.",
        cause);
  }

  private Answer answered(S3Exception e) {
    var code = code(e);
    return switch (e.statusCode()) {
      case 412, 416 -> new Answer.ConditionFailed();
      case 404 -> code.equals("NoSuchBucket") ? bucketMissing(e) : new Answer.Absent();
      case 401, 403 -> denied(e, code);
      case 301, 307, 400 -> wrong(e, code);
      case 408, 409, 425, 429 -> new Answer.Unknown(e.statusCode() + " " + code);
      default ->
          e.statusCode() >= 500
              ? new Answer.Unknown(e.statusCode() + " " + code)
              : new Answer.Definite(refused("a request", e));
    };
  }

  private Answer unanswered(SdkException e) {
    if (rootMessage(e).contains("Unable to load credentials")) {
      return new Answer.Definite(
          new StoreException.CredentialsMissing(
              "No S3 credentials were found for "
                  + location
                  + ". Nothing was changed. Name a Secret with AWS_ACCESS_KEY_ID and"
                  + " AWS_SECRET_ACCESS_KEY in "
                  + FIELD
                  + "credentialsSecret, or give the pod an identity that the AWS SDK finds.",
              e));
    }
    return new Answer.Unknown(rootMessage(e));
  }

  private Answer bucketMissing(S3Exception e) {
    return new Answer.Definite(
        new StoreException.BucketMissing(
            "There is no bucket \""
                + location.bucket()
                + "\" at "
                + location
                + ". Nothing was changed. Create it, or mend "
                + FIELD
                + "bucket.",
            e));
  }

  private Answer denied(S3Exception e, String code) {
    if (code.equals("RequestTimeTooSkewed")) return new Answer.Unknown("403 " + code);
    return new Answer.Definite(
        new StoreException.AccessDenied(
            "The S3 store at "
                + location
                + " does not let us in ("
                + (code.isEmpty() ? "403" : code)
                + "). Nothing was changed. Check the keys in the Secret that "
                + FIELD
                + "credentialsSecret names, and that they may get, put, list and delete below \""
                + location.prefix()
                + "\".",
            e));
  }

  private Answer wrong(S3Exception e, String code) {
    return switch (code) {
      case "BadDigest",
          "XAmzContentChecksumMismatch",
          "XAmzContentSHA256Mismatch",
          "IncompleteBody",
          "InvalidDigest" ->
          new Answer.Definite(
              new StoreException.DirectoryTorn(
                  "What was sent to "
                      + location
                      + " did not have the sum computed before ("
                      + code
                      + "): the file changed while it was saved, or the network damaged it. Nothing"
                      + " was committed. Save again."));
      case "RequestTimeout", "SlowDown" -> new Answer.Unknown(e.statusCode() + " " + code);
      case "InvalidAccessKeyId", "ExpiredToken", "InvalidToken" -> denied(e, code);
      default -> new Answer.Definite(refused("a request", e));
    };
  }

  private static Optional<StoreException> own(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
        .filter(StoreException.class::isInstance)
        .map(StoreException.class::cast)
        .findFirst();
  }

  private static String code(S3Exception e) {
    return Optional.ofNullable(e.awsErrorDetails())
        .flatMap(details -> Optional.ofNullable(details.errorCode()))
        .orElse("");
  }

  private static String rootMessage(Throwable e) {
    var root = Stream.iterate(e, cause -> cause != null, Throwable::getCause).reduce((_, b) -> b);
    return root.map(cause -> cause.getClass().getSimpleName() + ": " + cause.getMessage())
        .orElse("");
  }
}
