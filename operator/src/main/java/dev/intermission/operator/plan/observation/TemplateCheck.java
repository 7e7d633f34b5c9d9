package dev.intermission.operator.plan.observation;

import java.util.Objects;
import java.util.Optional;

/**
 * What the API server said to a dry-run create of the child Job of the current spec.
 *
 * @param fingerprint sum over everything of the spec that goes into a child Job (template, workers,
 *     volume, storage), but not the run: equal fingerprints need no second dry run, and pausing
 *     changes no fingerprint
 * @param verdict absent until a dry run for this fingerprint was answered
 */
public record TemplateCheck(String fingerprint, Optional<Verdict> verdict) {

  public TemplateCheck {
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(verdict, "verdict");
  }

  /**
   * The API server's answer. A real create that is refused for the same reasons is reported here
   * too.
   */
  public sealed interface Verdict {

    /** The child Job can be created. */
    record Accepted() implements Verdict {}

    /**
     * The spec can never work as it is: wait for another one.
     *
     * @param message names the field and the remedy, ready for a condition
     */
    record Refused(String reason, String message) implements Verdict {}

    /** Not the spec's fault (quota, a webhook that is down, a timeout): ask again later. */
    record Undecided(String reason, Seen<String> message) implements Verdict {}
  }
}
