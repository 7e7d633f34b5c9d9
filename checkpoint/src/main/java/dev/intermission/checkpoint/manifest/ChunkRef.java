package dev.intermission.checkpoint.manifest;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A run of bytes of a part, as one immutable object: a piece of a file, or several files.
 *
 * @param key its place below the job's {@code chunks/}: {@code <2
 *     hex>/<sha256>-<step>-<run>-<writerEpoch>}
 * @param sha256 of its bytes
 * @param bytes its length, at least 1
 */
public record ChunkRef(String key, String sha256, long bytes) {

  /** Which save wrote it; nothing that a server could take for a way to another key. */
  private static final Pattern SAVE = Pattern.compile("[0-9]{1,19}-[0-9]{1,18}-[0-9]{1,18}");

  public ChunkRef {
    Sha256.require(sha256);
    if (bytes < 1) throw new IllegalArgumentException("chunk " + key + " is empty");
    var start = sha256.substring(0, 2) + "/" + sha256 + "-";
    if (!key.startsWith(start) || !SAVE.matcher(key.substring(start.length())).matches()) {
      throw new IllegalArgumentException(
          "the key of a chunk starts with its sum "
              + sha256
              + " and ends with step and token: \""
              + key
              + "\"");
    }
  }

  /** What is wrong with an object that has {@code found} bytes. */
  public Optional<String> wrongLength(long found) {
    return found == bytes
        ? Optional.empty()
        : Optional.of("has " + found + " of " + bytes + " bytes");
  }

  /** What is wrong with an object whose sum is {@code found}. */
  public Optional<String> wrongSum(String found) {
    return found.equals(sha256)
        ? Optional.empty()
        : Optional.of("has sum " + found + " instead of " + sha256);
  }

  /** A sentence for people: what is wrong with the chunk of this job. */
  public String damage(Layout layout, String what) {
    return "A checkpoint of "
        + layout.job().display()
        + " is damaged: chunk "
        + layout.chunks()
        + key
        + " "
        + what
        + ".";
  }
}
