package dev.intermission.checkpoint.retention;

import java.util.List;

/**
 * What a purge did.
 *
 * @param objects that were deleted
 * @param bytes that they had
 * @param held pins of others, whose manifests stay with all that they need; empty: nothing is left
 */
public record Purged(int objects, long bytes, List<Pin> held) {

  public Purged {
    held = List.copyOf(held);
  }
}
