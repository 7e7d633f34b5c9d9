package dev.intermission.checkpoint.layout;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A SHA-256 in 32 bytes, where a hundred thousand of them are held: as text each would take four
 * times as much.
 *
 * @param first its first eight bytes, and so on
 */
public record Sum(long first, long second, long third, long fourth) {

  private static final int DIGITS = 16;

  /** The sum in {@code digest}, 32 bytes. */
  public static Sum of(byte[] digest) {
    var bytes = ByteBuffer.wrap(digest);
    return new Sum(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /** The sum that {@code hex} writes in 64 lower-case digits. */
  public static Sum of(String hex) {
    Sha256.require(hex);
    return new Sum(digits(hex, 0), digits(hex, 1), digits(hex, 2), digits(hex, 3));
  }

  /** 64 lower-case hex digits. */
  public String hex() {
    var hex = HexFormat.of();
    return hex.toHexDigits(first)
        + hex.toHexDigits(second)
        + hex.toHexDigits(third)
        + hex.toHexDigits(fourth);
  }

  private static long digits(String hex, int which) {
    return HexFormat.fromHexDigitsToLong(hex, which * DIGITS, (which + 1) * DIGITS);
  }
}
