package dev.intermission.checkpoint.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.TestingAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stores say that cannot be made to say it here, and what a person reads then. */
class AnswersTest {

  private static final Map<String, String> NO_HEADERS = Map.of();
  private static final Map<String, String> IN_FRANKFURT =
      Map.of("x-amz-bucket-region", "eu-central-1");

  record Row(int status, String code, Map<String, String> headers, String reason, String remedy) {
    @Override
    public String toString() {
      return status + " " + code + " -> " + reason;
    }
  }

  static Stream<Row> definite() {
    return Stream.of(
        new Row(301, "PermanentRedirect", IN_FRANKFURT, "WrongRegion", "region: eu-central-1"),
        new Row(301, "PermanentRedirect", NO_HEADERS, "WrongRegion", "to the bucket's own"),
        new Row(307, "TemporaryRedirect", NO_HEADERS, "WrongRegion", "s3.region"),
        new Row(400, "AuthorizationHeaderMalformed", IN_FRANKFURT, "WrongRegion", "eu-central-1"),
        new Row(400, "IllegalLocationConstraintException", NO_HEADERS, "WrongRegion", "s3.region"),
        new Row(400, "ExpiredToken", NO_HEADERS, "CredentialsExpired", "AWS_SESSION_TOKEN"),
        new Row(403, "ExpiredTokenException", NO_HEADERS, "CredentialsExpired", "Renew"),
        new Row(403, "InvalidAccessKeyId", NO_HEADERS, "AccessDenied", "credentialsSecret"),
        new Row(400, "InvalidToken", NO_HEADERS, "AccessDenied", "credentialsSecret"),
        new Row(403, "AccessDenied", NO_HEADERS, "AccessDenied", "get, put, list and delete"),
        new Row(400, "KMS.DisabledException", NO_HEADERS, "EncryptionRefused", "s3.encryption"),
        new Row(404, "kms:KeyNotFound", NO_HEADERS, "EncryptionRefused", "s3.encryption"),
        new Row(404, "NoSuchBucket", NO_HEADERS, "BucketMissing", "s3.bucket"),
        new Row(501, "NotImplemented", NO_HEADERS, "RequestRefused", "docs/storage.md"),
        new Row(400, "InvalidRequest", NO_HEADERS, "RequestRefused", "docs/storage.md"),
        new Row(405, "MethodNotAllowed", NO_HEADERS, "RequestRefused", "docs/storage.md"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("definite")
  void aClearNoIsNamedAtOnceWithItsRemedy(Row row) {
    try (var server = new TestingAnswer(row.status(), row.code(), row.headers());
        var store = open(server, neverAgain())) {
      assertThatThrownBy(() -> store.read("HEAD"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(row.reason()))
          .hasMessageContaining(row.remedy())
          .hasMessageContaining("Nothing was changed");
      assertThatThrownBy(
              () -> store.swap("HEAD", new SwapCondition.IfAbsent(), "x".getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(row.reason()));
    }
  }

  static Stream<Row> passing() {
    return Stream.of(
        new Row(403, "RequestTimeTooSkewed", NO_HEADERS, "ClockSkewed", "Set the clock"),
        new Row(500, "InternalError", NO_HEADERS, "EndpointUnreachable", "500 InternalError"),
        new Row(503, "SlowDown", NO_HEADERS, "EndpointUnreachable", "503 SlowDown"),
        new Row(429, "TooManyRequests", NO_HEADERS, "EndpointUnreachable", "429"),
        new Row(409, "ConditionalRequestConflict", NO_HEADERS, "EndpointUnreachable", "409"),
        new Row(400, "RequestTimeout", NO_HEADERS, "EndpointUnreachable", "RequestTimeout"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passing")
  void whatMayPassIsAskedAgainAndThenNamed(Row row) {
    try (var server = new TestingAnswer(row.status(), row.code(), row.headers());
        var store = open(server, RetryBudget.QUICK)) {
      assertThatThrownBy(() -> store.read("HEAD"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(row.reason()))
          .hasMessageContaining(row.remedy());
      assertThat(store.swap("HEAD", new SwapCondition.IfAbsent(), "x".getBytes(UTF_8)))
          .isInstanceOf(SwapOutcome.AnswerLost.class);
    }
  }

  @Test
  void aRequestWithoutABodyInItsAnswerStillNamesTheRegion() {
    try (var server = new TestingAnswer(301, "", IN_FRANKFURT);
        var store = open(server, neverAgain())) {
      assertThatThrownBy(() -> store.inspect("HEAD"))
          .isInstanceOf(StoreException.WrongRegion.class)
          .hasMessageContaining("but in eu-central-1")
          .hasMessageContaining("spec.checkpoint.storage.s3.region: eu-central-1");
    }
  }

  private static RetryBudget neverAgain() {
    return new RetryBudget(
        3,
        Duration.ofMillis(1),
        Duration.ofMillis(1),
        _ -> {
          throw new AssertionError("a clear no was asked again");
        });
  }

  private static S3ObjectStore open(TestingAnswer server, RetryBudget reads) {
    var second = Duration.ofSeconds(3);
    return S3ObjectStore.open(
        new StorageLocation(Optional.of(server.endpoint()), "us-east-1", "b", "", true),
        new Credentials.Static("id", "secret"),
        new ClientTuning(second, second, second, second, reads));
  }
}
