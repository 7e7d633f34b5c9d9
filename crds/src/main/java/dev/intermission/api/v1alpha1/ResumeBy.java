package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Optional;

/**
 * How a script is told which checkpoint to go on from; a script that looks by itself needs none.
 */
public record ResumeBy(
    @Size(max = 16)
        @ValidationRule(
            value = "self.size() == 0 || self.exists(a, a.contains('{path}'))",
            message = "must have {path} in one of the arguments, such as --resume={path}")
        @JsonPropertyDescription(
            "Arguments that are added to the trainer's on a resume, with {path} for the"
                + " checkpoint's path.")
        List<@Size(max = 512) String> arguments,
    @Size(max = 128)
        @ValidationRule(
            value = "self.matches('^[A-Za-z_][A-Za-z0-9_]*$') && !self.startsWith('INTERMISSION_')",
            message = "must be the name of a variable, and not one of INTERMISSION_*")
        @JsonPropertyDescription(
            "A variable that holds the checkpoint's path on a resume, and is absent otherwise.")
        Optional<String> environment) {

  /** The script finds its newest checkpoint by itself. */
  public static final ResumeBy NOTHING = new ResumeBy(List.of(), Optional.empty());

  public ResumeBy {
    arguments = arguments == null ? List.of() : List.copyOf(arguments);
    environment = Absent.ifNull(environment);
  }
}
