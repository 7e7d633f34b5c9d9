package dev.intermission.control;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;

/** Signs the operator's requests. Thread-safe; about 0.1 ms a request. */
public final class RequestSigner {

  private final SigningKey key;
  private final SecureRandom random = new SecureRandom();

  /**
   * A signer with one key; the operator keeps one signer for every key that a living pod trusts.
   */
  public RequestSigner(SigningKey key) {
    this.key = key;
  }

  /**
   * A request's headers.
   *
   * @param nonce that a true answer repeats
   * @param headers to add to the HTTP request
   */
  public record Signed(String nonce, Map<String, String> headers) {}

  /**
   * Signs {@code request} for exactly one pod.
   *
   * @param now the time to state: the operator's, or after an answer of {@link Rejection#CLOCK} the
   *     agent's own
   */
  public Signed sign(RequestFacts request, AgentIdentity target, Instant now) {
    var stamp = new Stamp(now.truncatedTo(ChronoUnit.SECONDS), nonce());
    try {
      var signature = Signature.getInstance("Ed25519");
      signature.initSign(key.key());
      signature.update(SignedText.of(request, target, stamp));
      var headers = new SignatureHeaders(key.id(), request.id(), stamp, signature.sign());
      return new Signed(stamp.nonce(), headers.toMap());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("key " + key.id() + " cannot sign", e);
    }
  }

  private String nonce() {
    var bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
