package dev.intermission.control;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Makes, writes and reads Ed25519 keys: PKCS#8 for private ones, X.509 for public ones, base64
 * without line breaks.
 */
public final class SigningKeys {

  private static final String ALGORITHM = "Ed25519";
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9._-]{1,63}");

  private SigningKeys() {}

  /** A new pair. */
  public static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no " + ALGORITHM, e);
    }
  }

  /** Base64 of PKCS#8: a secret. */
  public static String encode(PrivateKey key) {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }

  /** Base64 of X.509. */
  public static String encode(PublicKey key) {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }

  /**
   * Reads what {@link #encode(PrivateKey)} wrote.
   *
   * @throws IllegalArgumentException the text is something else; its message does not repeat the
   *     text
   */
  public static PrivateKey decodePrivate(String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64.strip());
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not an Ed25519 private key in base64 of PKCS#8", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no " + ALGORITHM, e);
    }
  }

  /**
   * Reads what {@link #encode(PublicKey)} wrote.
   *
   * @throws IllegalArgumentException the text is something else
   */
  public static PublicKey decodePublic(String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64.strip());
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(bytes));
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not an Ed25519 public key in base64 of X.509", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no " + ALGORITHM, e);
    }
  }

  static void requireKeyId(String id) {
    if (!KEY_ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "key id \"" + id + "\": 1 to 63 letters, digits, dots, dashes and underscores");
    }
  }
}
