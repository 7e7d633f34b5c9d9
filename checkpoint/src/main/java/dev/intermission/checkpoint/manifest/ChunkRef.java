package dev.intermission.checkpoint.manifest;

import dev.intermission.checkpoint.layout.Sha256;

/**
 * A run of bytes of one file, as one immutable object.
 *
 * @param key its place below the job's {@code chunks/}: {@code <2
 *     hex>/<sha256>-<step>-<run>-<writerEpoch>}
 * @param sha256 of its bytes
 * @param bytes its length, at least 1
 */
public record ChunkRef(String key, String sha256, long bytes) {

  public ChunkRef {
    Sha256.require(sha256);
    if (bytes < 1) throw new IllegalArgumentException("chunk " + key + " is empty");
    if (!key.startsWith(sha256.substring(0, 2) + "/" + sha256 + "-")) {
      throw new IllegalArgumentException(
          "the key of a chunk starts with its sum " + sha256 + ": \"" + key + "\"");
    }
  }
}
