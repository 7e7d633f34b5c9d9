package dev.intermission.djl.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * One SHA-256 over many tensors: for each, in the order of the names, the name in UTF-8 and then
 * its bytes as in memory.
 */
public final class Digest {

  private Digest() {}

  public static String of(SortedMap<String, Tensor> tensors) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      tensors.forEach(
          (name, tensor) -> {
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update(tensor.data().duplicate().clear());
          });
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
