package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Objects;
import java.util.Optional;

/**
 * The emptyDir at {@code /intermission}. In memory, it is charged to the container that writes:
 * both limits grow by its size.
 */
@ValidationRule(
    value = "self.medium != 'Memory' || has(self.sizeLimit)",
    fieldPath = ".sizeLimit",
    message =
        "is required with medium: Memory, because the pod's memory limits grow by it; three times"
            + " the size of a checkpoint is enough")
public record VolumeSpec(
    @Default("\"\"")
        @JsonPropertyDescription(
            "Leave empty for the node's disk; Memory is faster, uses the pod's memory, and requires"
                + " sizeLimit.")
        Medium medium,
    @ValidationRule(
            value =
                "type(self) == int ? self > 0 : isQuantity(self) &&"
                    + " quantity(self).isGreaterThan(quantity('0'))",
            message = "must be a quantity of more than zero, such as 512Mi or 2Gi")
        @JsonPropertyDescription(
            "How large the volume may grow, for example 2Gi; allow three times the size of one"
                + " checkpoint.")
        Optional<Quantity> sizeLimit) {

  /** What an absent {@code spec.checkpoint.volume} means. */
  public static final VolumeSpec DEFAULT = new VolumeSpec(Medium.DISK, Optional.empty());

  public VolumeSpec {
    medium = Objects.requireNonNullElse(medium, Medium.DISK);
    sizeLimit = Absent.ifNull(sizeLimit);
  }
}
