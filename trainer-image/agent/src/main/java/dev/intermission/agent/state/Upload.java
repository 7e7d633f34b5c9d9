package dev.intermission.agent.state;

import java.util.Optional;

/**
 * One save to make: this folder, under this request.
 *
 * @param folder to upload
 * @param requestId for its manifest; absent for a periodic save
 */
public record Upload(Folder folder, Optional<Long> requestId) {

  /** Its step. */
  public long step() {
    return folder.step();
  }
}
