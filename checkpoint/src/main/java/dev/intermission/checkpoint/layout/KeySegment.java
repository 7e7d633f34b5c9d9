package dev.intermission.checkpoint.layout;

/** One segment of an S3 key: what stands between two slashes. */
final class KeySegment {

  private KeySegment() {}

  /** Returns {@code value} if it can stand between two slashes of a key. */
  static String require(String what, String value) {
    var bad = value.isEmpty() || value.equals(".") || value.equals("..");
    if (bad || value.chars().anyMatch(c -> c == '/' || c < ' ')) {
      throw new IllegalArgumentException(what + " cannot be part of an S3 key: \"" + value + "\"");
    }
    return value;
  }
}
