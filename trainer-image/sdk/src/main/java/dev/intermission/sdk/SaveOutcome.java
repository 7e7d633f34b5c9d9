package dev.intermission.sdk;

import java.time.Duration;

/** How a save ended. */
sealed interface SaveOutcome {

  SavePoint point();

  /** The folder is complete. */
  record Saved(SavePoint point, Duration took) implements SaveOutcome {}

  /** There is no folder of this step; training may go on. */
  record Failed(SavePoint point, String message) implements SaveOutcome {}
}
