package dev.intermission.operator.plan.observation;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The {@code batch/v1} Job of one run.
 *
 * @param uid precondition of its deletion
 * @param fingerprint of the spec that it was made from, see {@link TemplateCheck}; an annotation of
 *     the Job
 * @param complaint why the Job controller cannot create its pods, in its own words
 */
public record ChildJob(
    long run,
    String uid,
    Instant createdAt,
    String fingerprint,
    State state,
    Optional<String> complaint) {

  /** As far as the planner cares. */
  public enum State {
    /** Neither finished nor suspended nor being deleted. */
    ACTIVE,
    /** Not finished, and shall have no pods for now: so a queue wants it, or a person. */
    SUSPENDED,
    /** All its pods succeeded. */
    COMPLETE,
    /** A pod failed, and the others are being ended. */
    FAILING,
    /** A pod failed, and none is left; there is no retry inside a run. */
    FAILED,
    /** It has a deletionTimestamp: no more pods come from it. */
    DELETING
  }

  public ChildJob {
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(complaint, "complaint");
  }
}
