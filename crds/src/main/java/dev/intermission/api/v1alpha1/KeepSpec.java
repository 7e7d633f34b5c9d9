package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;

/** How many checkpoints are kept. */
public record KeepSpec(
    @Default("3")
        @Max(1_000)
        @ValidationRule(
            value = "self >= 2",
            message =
                "must be at least 2, so that one checkpoint is left to go back to when the newest"
                    + " one is damaged")
        @JsonPropertyDescription(
            "How many of the newest checkpoints are kept; at least 2, so that one is left when the"
                + " newest is damaged.")
        Integer last) {

  /** What an absent {@code spec.checkpoint.keep} means. */
  public static final KeepSpec DEFAULT = new KeepSpec(3);

  public KeepSpec {
    last = Objects.requireNonNullElse(last, 3);
  }
}
