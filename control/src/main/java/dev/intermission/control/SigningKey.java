package dev.intermission.control;

import java.security.PrivateKey;

/**
 * The operator's private key.
 *
 * @param id by which agents find the public half; in pods' environment for as long as they live
 * @param key Ed25519
 */
public record SigningKey(String id, PrivateKey key) {

  /** Rejects ids that would not survive {@link TrustedKeys}' form. */
  public SigningKey {
    SigningKeys.requireKeyId(id);
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
