package dev.intermission.djl;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What can be chosen of the loop and decides no bit.
 *
 * @param reportEvery steps between two lines of the log, and two points of TensorBoard's curves
 * @param inexact what becomes of a resume that is not exact in bits
 * @param tensorBoard where event files go
 * @param export where the best weights go at the end
 */
record LoopOptions(
    int reportEvery, Inexact inexact, Optional<Path> tensorBoard, Optional<Path> export) {

  /** A resume that does not go on bit by bit. */
  enum Inexact {
    ALLOWED,
    REFUSED
  }

  LoopOptions {
    if (reportEvery < 1)
      throw new IllegalArgumentException("--report-every must be at least 1, is " + reportEvery);
  }
}
