package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.manifest.ManifestRef;

/**
 * An explicit way back, applied once: HEAD remembers its id.
 *
 * @param id of the request; the sum of {@code resumeFrom} and the generation at which it changed
 * @param to the checkpoint to go back to
 */
public record Rollback(String id, ManifestRef to) {

  public Rollback {
    if (id.isBlank()) throw new IllegalArgumentException("a rollback needs an id");
  }
}
