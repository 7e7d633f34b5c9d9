package dev.intermission.checkpoint.s3;

import java.util.Arrays;

/**
 * An object as it was read in one piece.
 *
 * @param bytes its content; owned by the reader
 * @param etag what {@code If-Match} names to replace exactly this content
 */
public record StoredObject(byte[] bytes, String etag) {

  /** Whether it has exactly these bytes. */
  public boolean holds(byte[] expected) {
    return Arrays.equals(bytes, expected);
  }
}
