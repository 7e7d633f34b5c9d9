package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import java.util.Optional;

/** Which checkpoints are kept. */
public record KeepSpec(
    @Default("3")
        @Max(1_000)
        @ValidationRule(
            value = "self >= 2",
            message =
                "must be at least 2, so that one checkpoint is left to go back to when the newest"
                    + " one is damaged")
        @JsonPropertyDescription(
            "Of how many of the newest steps the checkpoints are kept; at least 2, so that one is"
                + " left when the newest is damaged. Saves of one step count once.")
        Integer last,
    @Min(1)
        @JsonPropertyDescription(
            "Of the older ones, keep the first at or after every multiple of this many steps, for"
                + " example 10000; left out, only the newest stay.")
        Optional<Long> everySteps) {

  /** What an absent {@code spec.checkpoint.keep} means. */
  public static final KeepSpec DEFAULT = new KeepSpec(3, Optional.empty());

  public KeepSpec {
    last = Objects.requireNonNullElse(last, 3);
    everySteps = Absent.ifNull(everySteps);
  }
}
