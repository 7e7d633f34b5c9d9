package dev.intermission.checkpoint.layout;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 as this project writes it: 64 lower-case hex digits. */
public final class Sha256 {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private Sha256() {}

  /** A fresh digest. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The sum of {@code bytes}. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** The sum that {@code digest} has gathered; resets it. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns {@code sha256} if it is one. */
  public static String require(String sha256) {
    if (HEX.matcher(sha256).matches()) return sha256;
    throw new IllegalArgumentException("not a SHA-256 in lower-case hex: \"" + sha256 + "\"");
  }

  /** As the S3 protocol wants it. */
  public static String base64(String hex) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
  }

  /** Back from the S3 protocol's form. */
  public static String fromBase64(String base64) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
  }
}
