package dev.intermission.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.control.RequestVerifier.Accepted;
import dev.intermission.control.RequestVerifier.Rejected;
import dev.intermission.control.RequestVerifier.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RequestSignatureTest {

  private static final Instant NOW = Instant.parse("2026-11-24T04:00:00Z");
  private static final AgentIdentity POD = new AgentIdentity("job-uid", 3, "pod-uid");
  private static final KeyPair PAIR = SigningKeys.generate();
  private static final RequestSigner SIGNER =
      new RequestSigner(new SigningKey("k1", PAIR.getPrivate()));
  private static final RequestFacts REQUEST =
      RequestFacts.post(new SaveCommand(7, Optional.of(1200L), true));

  @Test
  void acceptsWhatTheOperatorSignedForThisPod() {
    var signed = SIGNER.sign(REQUEST, POD, NOW);

    assertThat(verdict(POD, REQUEST, signed.headers())).isEqualTo(new Accepted(7, signed.nonce()));
  }

  @Test
  void everySignatureHasItsOwnNonce() {
    assertThat(SIGNER.sign(REQUEST, POD, NOW).nonce())
        .isNotEqualTo(SIGNER.sign(REQUEST, POD, NOW).nonce());
  }

  record Tampering(
      String what, AgentIdentity pod, RequestFacts request, Map<String, String> headers) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Tampering> tamperings() {
    return Stream.of(
        received("another method", new RequestFacts("PUT", REQUEST.target(), REQUEST.body(), 7)),
        received("another path", new RequestFacts("POST", "/v1/status", REQUEST.body(), 7)),
        received(
            "an added query",
            new RequestFacts("POST", REQUEST.target() + "?wait=1s", REQUEST.body(), 7)),
        received(
            "another body",
            new RequestFacts("POST", REQUEST.target(), "{}".getBytes(StandardCharsets.UTF_8), 7)),
        at("another job", new AgentIdentity("other-job", 3, "pod-uid")),
        at("another run", new AgentIdentity("job-uid", 4, "pod-uid")),
        at("another pod with the same IP", new AgentIdentity("job-uid", 3, "other-pod")),
        header("another id", "Intermission-Id", "8"),
        header("another date", "Intermission-Date", Long.toString(NOW.getEpochSecond() + 1)),
        header("another nonce", "Intermission-Nonce", "0".repeat(32)),
        header("a signature of other length", "Intermission-Signature", "AAAA"),
        header("another signature", "Intermission-Signature", "A".repeat(86) + "=="));
  }

  @ParameterizedTest(name = "refuses {0}")
  @MethodSource("tamperings")
  void refusesARequestThatDiffersInOneFact(Tampering tampering) {
    assertThat(verdict(tampering.pod, tampering.request, tampering.headers))
        .isEqualTo(new Rejected(Rejection.BAD_SIGNATURE));
  }

  static Stream<String> headerNames() {
    return SIGNER.sign(REQUEST, POD, NOW).headers().keySet().stream().sorted();
  }

  @ParameterizedTest(name = "refuses a request without {0}")
  @MethodSource("headerNames")
  void refusesARequestThatLacksAHeader(String name) {
    var headers = new HashMap<>(SIGNER.sign(REQUEST, POD, NOW).headers());
    headers.remove(name);

    assertThat(verdict(POD, REQUEST, headers)).isEqualTo(new Rejected(Rejection.UNSIGNED));
  }

  static Stream<Tampering> malformedHeaders() {
    return Stream.of(
        header("a date in words", "Intermission-Date", "yesterday"),
        header("a date out of range", "Intermission-Date", Long.toString(Long.MAX_VALUE)),
        header("an id in words", "Intermission-Id", "seven"),
        header("a signature that is not base64", "Intermission-Signature", "%%%"),
        header("a nonce with a line break", "Intermission-Nonce", "a\nb"),
        header("an endless nonce", "Intermission-Nonce", "n".repeat(65)));
  }

  @ParameterizedTest(name = "refuses {0}")
  @MethodSource("malformedHeaders")
  void refusesAMalformedHeader(Tampering tampering) {
    assertThat(verdict(POD, REQUEST, tampering.headers))
        .isEqualTo(new Rejected(Rejection.UNSIGNED));
  }

  @Test
  void refusesAnUnknownKeyAndAKnownIdWithAnotherKey() {
    var stranger = SigningKeys.generate().getPrivate();
    var unknown = new RequestSigner(new SigningKey("k9", stranger)).sign(REQUEST, POD, NOW);
    var forged = new RequestSigner(new SigningKey("k1", stranger)).sign(REQUEST, POD, NOW);

    assertThat(verdict(POD, REQUEST, unknown.headers()))
        .isEqualTo(new Rejected(Rejection.UNKNOWN_KEY));
    assertThat(verdict(POD, REQUEST, forged.headers()))
        .isEqualTo(new Rejected(Rejection.BAD_SIGNATURE));
  }

  @Test
  void aWellSignedRequestOutsideTenMinutesIsAskedToBeSignedAgain() {
    for (var away : new Duration[] {Duration.ofSeconds(601), Duration.ofSeconds(-601)}) {
      var signed = SIGNER.sign(REQUEST, POD, NOW.plus(away));
      assertThat(verdict(POD, REQUEST, signed.headers())).isEqualTo(new Rejected(Rejection.CLOCK));
    }
    for (var away : new Duration[] {Duration.ofSeconds(600), Duration.ofSeconds(-600)}) {
      var signed = SIGNER.sign(REQUEST, POD, NOW.plus(away));
      assertThat(verdict(POD, REQUEST, signed.headers())).isInstanceOf(Accepted.class);
    }
  }

  @Test
  void afterARotationThePodsOfBothKeysAreReached() {
    var next = SigningKeys.generate();
    var both = new TrustedKeys(Map.of("k1", PAIR.getPublic(), "k2", next.getPublic()));
    var verifier = new RequestVerifier(TrustedKeys.parse(both.encode()), POD, clock());
    var old = SIGNER.sign(REQUEST, POD, NOW);
    var young = new RequestSigner(new SigningKey("k2", next.getPrivate())).sign(REQUEST, POD, NOW);

    assertThat(judge(verifier, REQUEST, old.headers())).isInstanceOf(Accepted.class);
    assertThat(judge(verifier, REQUEST, young.headers())).isInstanceOf(Accepted.class);
    assertThat(verdict(POD, REQUEST, young.headers()))
        .isEqualTo(new Rejected(Rejection.UNKNOWN_KEY));
  }

  private static Tampering received(String what, RequestFacts request) {
    return new Tampering(what, POD, request, SIGNER.sign(REQUEST, POD, NOW).headers());
  }

  private static Tampering at(String what, AgentIdentity pod) {
    return new Tampering(what, pod, REQUEST, SIGNER.sign(REQUEST, POD, NOW).headers());
  }

  private static Tampering header(String what, String name, String value) {
    var headers = new HashMap<>(SIGNER.sign(REQUEST, POD, NOW).headers());
    headers.put(name, value);
    return new Tampering(what, POD, REQUEST, headers);
  }

  private static Verdict verdict(
      AgentIdentity pod, RequestFacts request, Map<String, String> headers) {
    var trusted = new TrustedKeys(Map.of("k1", PAIR.getPublic()));
    return judge(new RequestVerifier(trusted, pod, clock()), request, headers);
  }

  private static Verdict judge(
      RequestVerifier verifier, RequestFacts request, Map<String, String> headers) {
    return verifier.verify(
        request.method(),
        request.target(),
        request.body(),
        name -> Optional.ofNullable(headers.get(name)));
  }

  private static Clock clock() {
    return Clock.fixed(NOW, ZoneOffset.UTC);
  }
}
