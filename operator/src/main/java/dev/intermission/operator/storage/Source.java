package dev.intermission.operator.storage;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.control.Problem;
import java.util.Optional;

/** Where the checkpoint that a {@code spec.resumeFrom} means lies. */
public sealed interface Source {

  /**
   * Among the job's own.
   *
   * @param manifest absent: the one of the wanted step
   */
  record Own(Optional<String> manifest) implements Source {}

  /**
   * Another job's, which is copied.
   *
   * @param manifest absent: the one of the wanted step, or the newest
   */
  record Other(Access.Granted access, Layout layout, Optional<String> manifest) implements Source {}

  /** Nowhere that may be reached; the message names the field and the remedy. */
  record Refused(Problem why) implements Source {}
}
