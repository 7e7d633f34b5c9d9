package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Objects;

/**
 * How often a trainer that fails is started again. Disruptions (evicted, preempted, lost pods) do
 * not count.
 */
public record RestartSpec(
    @Default("3")
        @Min(0)
        @Max(1_000)
        @JsonPropertyDescription(
            "How many failures of the trainer in a row are answered with a new run before the job"
                + " fails.")
        Integer limit,
    @Default("10s")
        @DurationField
        @ValidationRule(value = DurationField.RULE, message = DurationField.MESSAGE)
        @JsonPropertyDescription(
            "How long to wait before the first new run; it doubles with each failure in a row.")
        Duration backoff) {

  /** What an absent {@code spec.restarts} means. */
  public static final RestartSpec DEFAULT = new RestartSpec(3, Duration.ofSeconds(10));

  public RestartSpec {
    limit = Objects.requireNonNullElse(limit, 3);
    backoff = Objects.requireNonNullElseGet(backoff, () -> Duration.ofSeconds(10));
  }
}
