package dev.intermission.control;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides whether the operator sent a request, to this pod, about this id. A replay within 10
 * minutes passes: requests are idempotent and ids only grow, so it changes nothing. Thread-safe.
 */
public final class RequestVerifier {

  private static final Duration TOLERANCE = Duration.ofMinutes(10);

  private final TrustedKeys keys;
  private final AgentIdentity self;
  private final InstantSource clock;

  /** A verifier for one pod's life. */
  public RequestVerifier(TrustedKeys keys, AgentIdentity self, InstantSource clock) {
    this.keys = keys;
    this.self = self;
    this.clock = clock;
  }

  /** What became of a request. */
  public sealed interface Verdict {}

  /**
   * The operator sent it.
   *
   * @param id of the save request that it is about, 0 where none; the caller checks that path and
   *     body say the same
   * @param nonce that the answer repeats
   */
  public record Accepted(long id, String nonce) implements Verdict {}

  /** Nothing of the request may be used. */
  public record Rejected(Rejection why) implements Verdict {}

  /**
   * Judges a request.
   *
   * @param target path with query, as received
   * @param header finds a header's value by its name, whatever the case
   */
  public Verdict verify(
      String method, String target, byte[] body, Function<String, Optional<String>> header) {
    var read = SignatureHeaders.read(header);
    if (read.isEmpty()) return new Rejected(Rejection.UNSIGNED);
    var headers = read.get();
    var key = keys.find(headers.keyId());
    if (key.isEmpty()) return new Rejected(Rejection.UNKNOWN_KEY);
    var facts = new RequestFacts(method, target, body, headers.id());
    if (!signed(key.get(), SignedText.of(facts, self, headers.stamp()), headers.signature())) {
      return new Rejected(Rejection.BAD_SIGNATURE);
    }
    var age = Duration.between(headers.stamp().date(), clock.instant()).abs();
    if (age.compareTo(TOLERANCE) > 0) return new Rejected(Rejection.CLOCK);
    return new Accepted(headers.id(), headers.stamp().nonce());
  }

  private static boolean signed(PublicKey key, byte[] text, byte[] signature) {
    try {
      var check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(text);
      return check.verify(signature);
    } catch (GeneralSecurityException _) { // a signature of the wrong length is simply none
      return false;
    }
  }
}
