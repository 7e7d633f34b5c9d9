package dev.intermission.checkpoint.s3;

/**
 * Some bytes of an object.
 *
 * @param offset of the first one
 * @param length how many; at least one, since HTTP has no empty range
 */
public record ByteRange(long offset, long length) {

  public ByteRange {
    if (offset < 0 || length < 1) {
      throw new IllegalArgumentException("not a range: " + offset + " + " + length);
    }
  }
}
