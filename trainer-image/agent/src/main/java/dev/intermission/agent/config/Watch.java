package dev.intermission.agent.config;

import dev.intermission.control.NamePattern;
import dev.intermission.control.PosixSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The checkpoints of a script that knows nothing of us.
 *
 * @param directory where they appear
 * @param pattern of their names
 * @param stepFile a file in {@code directory} whose last whole number is the step, for names
 *     without one
 * @param complete when one is complete
 * @param signal that asks the script to save; without one its next checkpoint has to do
 */
public record Watch(
    Path directory,
    NamePattern pattern,
    Optional<String> stepFile,
    Complete complete,
    Optional<PosixSignal> signal) {

  /**
   * What is known of a complete checkpoint besides its name.
   *
   * @param settle for how long it has not changed
   * @param marker a file that is written last: inside of a folder, or beside a file, whose name it
   *     then extends
   */
  public record Complete(Duration settle, Optional<String> marker) {}
}
