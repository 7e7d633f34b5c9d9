package dev.intermission.agent.state;

import dev.intermission.checkpoint.manifest.ManifestRef;
import java.util.Optional;

/**
 * The newest checkpoint that HEAD names.
 *
 * @param manifest where it is
 * @param requestId that its manifest carries
 * @param finished whether it ends the training
 * @param folder identity of the local folder that it was made of; absent when that is not known
 *     (restored, or an agent's earlier process)
 */
public record Durable(
    ManifestRef manifest, Optional<Long> requestId, boolean finished, Optional<Object> folder) {

  /** Its step. */
  public long step() {
    return manifest.step();
  }
}
