package dev.intermission.sdk;

import dev.intermission.sdk.directory.CheckpointDeclaration;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where to continue: the files of a checkpoint, complete and verified. They are deleted after the
 * first reported step, so read them before.
 */
public record ResumePoint(long step, Path directory, Optional<CheckpointDeclaration> declaration) {

  /** Whether that checkpoint says that no step follows it. */
  public boolean isFinished() {
    return declaration.filter(CheckpointDeclaration::finished).isPresent();
  }
}
