package dev.intermission.checkpoint.verify;

import dev.intermission.checkpoint.manifest.ManifestRef;
import java.util.List;
import java.util.Optional;

/**
 * Where a job goes back to from a damaged checkpoint.
 *
 * @param to the newest older checkpoint that was verified; absent when there is none: a person must
 *     look
 * @param passed the ones between, newest first, each with what is wrong with it
 */
public record WayBack(Optional<ManifestRef> to, List<Passed> passed) {

  public WayBack {
    passed = List.copyOf(passed);
  }

  /** A checkpoint that could not be used either. */
  public record Passed(long step, String why) {}
}
