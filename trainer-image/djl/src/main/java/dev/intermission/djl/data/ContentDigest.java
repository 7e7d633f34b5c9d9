package dev.intermission.djl.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** 16 hex digits (of SHA-256) that tell one content from another, whatever its file is called. */
final class ContentDigest {

  /** Writes every number that training sees. */
  interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private ContentDigest() {}

  static String of(Content content) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      try (var out =
          new DataOutputStream(
              new BufferedOutputStream(
                  new DigestOutputStream(OutputStream.nullOutputStream(), sha256), 1 << 16))) {
        content.writeTo(out);
      }
      return HexFormat.of().formatHex(sha256.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException("nowhere is never full", e);
    }
  }
}
