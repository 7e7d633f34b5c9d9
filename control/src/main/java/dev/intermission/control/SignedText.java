package dev.intermission.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The bytes under the signature: one fact a line, in a fixed order, so that no two requests share
 * them.
 */
final class SignedText {

  private static final String VERSION = "intermission-v1";

  private SignedText() {}

  static byte[] of(RequestFacts request, AgentIdentity target, Stamp stamp) {
    return String.join(
            "\n",
            VERSION,
            request.method(),
            request.target(),
            sha256(request.body()),
            target.jobUid(),
            Long.toString(target.run()),
            target.podUid(),
            Long.toString(request.id()),
            Long.toString(stamp.date().getEpochSecond()),
            stamp.nonce())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
