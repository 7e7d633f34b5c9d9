package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.layout.Sha256;
import java.nio.file.Path;

/**
 * What an object is to hold. Its sum is known before it is sent, so that the store can check what
 * arrives.
 */
public sealed interface Payload {

  /** Bytes to send. */
  long length();

  /** Lower-case hex SHA-256 of exactly these bytes. */
  String sha256();

  /** Small content, in memory. The array must not change afterwards. */
  record Bytes(byte[] bytes, String sha256) implements Payload {

    /** Wraps {@code bytes} and computes their sum. */
    public static Bytes of(byte[] bytes) {
      return new Bytes(bytes, Sha256.hex(bytes));
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }

  /** A part of a file, streamed and never held whole. */
  record FileSlice(Path file, long offset, long length, String sha256) implements Payload {}
}
