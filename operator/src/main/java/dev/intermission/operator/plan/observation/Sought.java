package dev.intermission.operator.plan.observation;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.control.Problem;
import java.util.Objects;
import java.util.Optional;

/**
 * What came of looking for the checkpoint that a {@code spec.resumeFrom} means.
 *
 * @param wish id of the request that was looked for, so that an answer is never taken for another's
 */
public record Sought(String wish, Seen<Result> result) {

  public Sought {
    Objects.requireNonNull(wish, "wish");
    Objects.requireNonNull(result, "result");
  }

  /** The answer. A store that does not answer is none: that is the storage's problem. */
  public sealed interface Result {

    /**
     * It is this job's own, whole, and pinned for now or not to be collected.
     *
     * @param origin the address of the manifest that it was copied from, if it was
     */
    record Found(ManifestRef checkpoint, Optional<String> origin) implements Result {}

    /** It cannot be used; the message names the field and the remedy. */
    record Refused(Problem why) implements Result {}
  }
}
