package dev.intermission.checkpoint.verify;

import dev.intermission.checkpoint.manifest.Manifest;
import java.time.Duration;

/**
 * What the operator found out about a checkpoint. A store that does not answer is neither: that
 * throws.
 */
public sealed interface Verification {

  /**
   * Every object is there and right.
   *
   * @param manifest the checkpoint
   * @param how the weakest evidence among those objects that were looked at
   * @param objects that it consists of
   * @param bytes of its files
   * @param took the whole verification
   */
  record Verified(Manifest manifest, Mode how, int objects, long bytes, Duration took)
      implements Verification {}

  /**
   * It cannot be restored as it is. Nothing was changed.
   *
   * @param what which object, and what is wrong with it
   * @param reason CamelCase
   */
  record Defective(String what, String reason) implements Verification {}
}
