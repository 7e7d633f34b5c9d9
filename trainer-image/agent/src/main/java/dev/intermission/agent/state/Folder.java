package dev.intermission.agent.state;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A complete checkpoint folder as it was seen.
 *
 * @param step of the folder
 * @param path where it is
 * @param identity changes when the trainer replaces the folder; the inode
 * @param completedAt when the trainer renamed it
 * @param claims what its checkpoint.json says that decides how it is committed
 */
public record Folder(long step, Path path, Object identity, Instant completedAt, Claims claims) {

  /**
   * What a folder says about itself.
   *
   * @param requestId the request that it answers
   * @param finished whether no step will follow
   */
  public record Claims(Optional<Long> requestId, boolean finished) {

    /** A folder without checkpoint.json. */
    public static final Claims NONE = new Claims(Optional.empty(), false);
  }
}
