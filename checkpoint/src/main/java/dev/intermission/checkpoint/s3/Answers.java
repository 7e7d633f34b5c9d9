package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Reads the dialects of stores: what an exception of the SDK means to the protocol. */
final class Answers {

  private final Complaints complaints;

  Answers(StorageLocation location) {
    this.complaints = new Complaints(location);
  }

  Answer of(SdkException e) {
    var ours = own(e);
    if (ours.isPresent()) return new Answer.Definite(ours.get());
    return e instanceof S3Exception answered ? answered(answered) : unanswered(e);
  }

  /** What to say when asking again has not helped. */
  StoreException spent(String what, String why, SdkException cause) {
    return skewed(cause) ? complaints.clockSkewed(cause) : complaints.unreachable(what, why, cause);
  }

  StoreException.RequestRefused refused(String what, Throwable cause) {
    return complaints.refused(what, rootMessage(cause), cause);
  }

  private Answer answered(S3Exception e) {
    var code = code(e);
    if (isOfEncryption(e)) {
      return new Answer.Definite(complaints.encryptionRefused(said(e), e));
    }
    return switch (e.statusCode()) {
      case 412, 416 -> new Answer.ConditionFailed();
      case 404 ->
          code.equals("NoSuchBucket")
              ? new Answer.Definite(complaints.bucketMissing(e))
              : new Answer.Absent();
      case 301, 302, 307, 308 -> new Answer.Definite(complaints.wrongRegion(region(e), e));
      case 400, 401, 403 -> no(e, code);
      case 408, 409, 425, 429 -> new Answer.Unknown(e.statusCode() + " " + code);
      // "not implemented" is the one answer of its kind that asking again never changes
      case 501 -> new Answer.Definite(refused("a request", e));
      default ->
          isAnswer(e.statusCode()) && e.statusCode() < 500
              ? new Answer.Definite(refused("a request", e))
              : new Answer.Unknown(e.statusCode() + " " + code);
    };
  }

  /**
   * AWS says {@code KMS.…}; MinIO says {@code kms:…}, with 404 where a key and not our object is
   * absent, and 501 where it has no keys at all.
   */
  private static boolean isOfEncryption(S3Exception e) {
    var code = code(e).toLowerCase(Locale.ROOT);
    return code.startsWith("kms")
        || code.startsWith("serversideencryption")
        || e.statusCode() == 501 && said(e).toLowerCase(Locale.ROOT).contains("encrypt");
  }

  /** A status line that was cut reads as a small number: what was done stands further on. */
  private static boolean isAnswer(int status) {
    return status >= 300;
  }

  private Answer no(S3Exception e, String code) {
    return switch (code) {
      case "BadDigest",
          "XAmzContentChecksumMismatch",
          "XAmzContentSHA256Mismatch",
          "IncompleteBody",
          "InvalidDigest" ->
          new Answer.Definite(complaints.torn(code));
      case "RequestTimeout", "SlowDown" -> new Answer.Unknown(e.statusCode() + " " + code);
      // The SDK has set its clock by this answer: the next request may be let in
      case "RequestTimeTooSkewed" -> new Answer.Unknown(e.statusCode() + " " + code);
      case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" ->
          new Answer.Definite(complaints.credentialsExpired(code, e));
      case "AuthorizationHeaderMalformed", "IllegalLocationConstraintException" ->
          new Answer.Definite(complaints.wrongRegion(region(e), e));
      case "InvalidAccessKeyId", "InvalidToken" ->
          new Answer.Definite(complaints.accessDenied(code, e));
      default ->
          new Answer.Definite(
              e.statusCode() == 400
                  ? refused("a request", e)
                  : complaints.accessDenied(code.isEmpty() ? "403" : code, e));
    };
  }

  private Answer unanswered(SdkException e) {
    if (untrusted(e))
      return new Answer.Definite(complaints.certificateUntrusted(rootMessage(e), e));
    if (causes(e).anyMatch(cause -> text(cause).contains("Unable to load credentials"))) {
      return new Answer.Definite(complaints.credentialsMissing(e));
    }
    return new Answer.Unknown(rootMessage(e));
  }

  /** A certificate that is not ours to trust, or no TLS at all; not a handshake that broke off. */
  private static boolean untrusted(Throwable e) {
    var handshake = causes(e).anyMatch(SSLException.class::isInstance);
    return handshake
        && causes(e)
            .anyMatch(
                cause ->
                    cause instanceof GeneralSecurityException
                        || text(cause).contains("Unsupported or unrecognized SSL message"));
  }

  private static boolean skewed(SdkException e) {
    return e instanceof S3Exception answered && code(answered).equals("RequestTimeTooSkewed");
  }

  private static Optional<StoreException> own(Throwable e) {
    return causes(e)
        .filter(StoreException.class::isInstance)
        .map(StoreException.class::cast)
        .findFirst();
  }

  private static Optional<String> region(S3Exception e) {
    return Optional.ofNullable(e.awsErrorDetails())
        .flatMap(details -> Optional.ofNullable(details.sdkHttpResponse()))
        .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"));
  }

  private static String code(S3Exception e) {
    return Optional.ofNullable(e.awsErrorDetails())
        .flatMap(details -> Optional.ofNullable(details.errorCode()))
        .orElse("");
  }

  private static String said(S3Exception e) {
    var message =
        Optional.ofNullable(e.awsErrorDetails())
            .flatMap(details -> Optional.ofNullable(details.errorMessage()));
    return code(e) + message.map(text -> ": " + text).orElse("");
  }

  private static String rootMessage(Throwable e) {
    return causes(e)
        .reduce((_, deeper) -> deeper)
        .map(root -> root.getClass().getSimpleName() + ": " + text(root))
        .orElse("");
  }

  private static String text(Throwable e) {
    return String.valueOf(e.getMessage());
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
  }
}
