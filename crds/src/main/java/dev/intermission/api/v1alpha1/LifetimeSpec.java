package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Optional;

/** How long a job may train, and how long it stays after its end. */
public record LifetimeSpec(
    @DurationField
        @ValidationRule(value = DurationField.RULE, message = DurationField.MESSAGE)
        @JsonPropertyDescription(
            "How long the job may train over all its runs, for example 12h; pauses and waiting for"
                + " a node do not count. Then it saves, releases its pods, and fails.")
        Optional<Duration> activeDeadline,
    @DurationField
        @ValidationRule(value = DurationField.RULE, message = DurationField.MESSAGE)
        @JsonPropertyDescription(
            "How long after it succeeded or failed the TrainingJob is deleted, for example 24h;"
                + " what becomes of its checkpoints says checkpoint.onDelete.")
        Optional<Duration> ttlAfterFinished) {

  /** What an absent {@code spec.lifetime} means: no limit. */
  public static final LifetimeSpec DEFAULT = new LifetimeSpec(Optional.empty(), Optional.empty());

  public LifetimeSpec {
    activeDeadline = Absent.ifNull(activeDeadline);
    ttlAfterFinished = Absent.ifNull(ttlAfterFinished);
  }
}
