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

  /** One that HEAD names, whatever it carries: another process committed it. */
  public static Durable named(ManifestRef manifest) {
    return new Durable(manifest, Optional.empty(), false, Optional.empty());
  }

  /** Its step. */
  public long step() {
    return manifest.step();
  }
}
