package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Optional;

/** How often a checkpoint is taken; exactly one of the two is present. */
@ValidationRule(
    value = "has(self.steps) != has(self.interval)",
    message = "set exactly one of steps and interval")
public record Every(
    @Min(1) @JsonPropertyDescription("Take a checkpoint after this many optimizer steps.")
        Optional<Long> steps,
    @DurationField
        @ValidationRule(value = DurationField.RULE, message = DurationField.MESSAGE)
        @JsonPropertyDescription(
            "Take a checkpoint after this much time, for example 10m. Several workers are asked by"
                + " the operator to save one step together, so they save a little later than that.")
        Optional<Duration> interval) {

  public Every {
    steps = Absent.ifNull(steps);
    interval = Absent.ifNull(interval);
  }
}
