package dev.intermission.operator.agents;

import dev.intermission.control.SigningKey;
import dev.intermission.control.SigningKeys;
import dev.intermission.control.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The operator's signing key and what agents need to believe it.
 *
 * @param trusted goes into the environment of new pods; it is public
 */
public record OperatorKey(SigningKey signing, TrustedKeys trusted) {

  /**
   * Reads an Ed25519 key in PKCS#8: base64, with or without the lines of a PEM file. Its id is the
   * beginning of the public key's sum, so that a replaced key has another id.
   *
   * @throws IllegalArgumentException the file is something else
   * @throws IOException it cannot be read
   */
  public static OperatorKey read(Path file) throws IOException {
    var base64 =
        Files.readAllLines(file).stream()
            .filter(line -> !line.startsWith("-----"))
            .map(String::strip)
            .collect(Collectors.joining());
    return of(SigningKeys.decodePrivate(base64));
  }

  private static OperatorKey of(PrivateKey key) {
    try {
      var shown = publicHalf(key);
      var sum = MessageDigest.getInstance("SHA-256").digest(shown.getEncoded());
      var id = HexFormat.of().formatHex(sum, 0, 4);
      return new OperatorKey(new SigningKey(id, key), new TrustedKeys(Map.of(id, shown)));
    } catch (GeneralSecurityException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /**
   * The JDK has no method for it, but its generator makes the pair of whatever 32 random bytes it
   * is given, and those bytes are the private key (RFC 8032, 5.1.5).
   */
  private static PublicKey publicHalf(PrivateKey key) throws GeneralSecurityException {
    if (!(key instanceof EdECPrivateKey edwards) || edwards.getBytes().isEmpty()) {
      throw new IllegalArgumentException("not an Ed25519 private key");
    }
    var generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Replay(edwards.getBytes().get()));
    return generator.generateKeyPair().getPublic();
  }

  private static final class Replay extends SecureRandom {
    private final byte[] seed;

    Replay(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
