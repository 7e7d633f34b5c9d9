package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A script that knows nothing of Intermission: where its checkpoints appear, when one is complete,
 * and how it is told to go on from one. See docs/trainer-contract.md.
 */
public record WatchSpec(
    @Required
        @Size(max = 512)
        @ValidationRule(
            value = "self.matches('^(/[^/]+)+$') && !self.matches('/[.][.]?(/|$)')",
            message = "must be an absolute path without . and .., such as /workspace/output")
        @JsonPropertyDescription(
            "Where the script writes its checkpoints, as it sees it; a folder of the scratch volume"
                + " is mounted there.")
        String directory,
    @Required
        @Size(min = 1, max = 253)
        @ValidationRule(
            value =
                "!self.contains('/') && self != '.' && self != '..' && self.split('{step}').size()"
                    + " <= 2",
            message = "must be one name with {step} at most once, such as checkpoint-{step}")
        @JsonPropertyDescription(
            "The name of a complete checkpoint, a file or a folder: {step} stands for its number, *"
                + " for anything; for example checkpoint-{step} or last.pt.")
        String pattern,
    @Default("2s")
        @DurationField
        @ValidationRule(value = DurationField.RULE, message = DurationField.MESSAGE)
        @JsonPropertyDescription(
            "For how long a checkpoint must not have changed to be complete, for example 2s.")
        Duration settle,
    @Size(min = 1, max = 253)
        @ValidationRule(
            value = "!self.contains('/') && self != '.' && self != '..'",
            message = "must be one name, without a slash")
        @JsonPropertyDescription(
            "A file that the script writes last: in the checkpoint's folder, or, for a file, beside"
                + " it with this ending; without it nothing is complete.")
        Optional<String> marker,
    @Size(min = 1, max = 253)
        @ValidationRule(
            value = "!self.contains('/') && self != '.' && self != '..'",
            message = "must be one name, without a slash")
        @JsonPropertyDescription(
            "A file in the directory whose last whole number is the step, for a pattern without"
                + " {step}; without it checkpoints are counted.")
        Optional<String> stepFile,
    @Default("{}")
        @JsonPropertyDescription("How the script is told, on a resume, which checkpoint to take.")
        ResumeBy resume) {

  public WatchSpec {
    directory = Objects.requireNonNullElse(directory, "");
    pattern = Objects.requireNonNullElse(pattern, "");
    settle = Objects.requireNonNullElseGet(settle, () -> Duration.ofSeconds(2));
    marker = Absent.ifNull(marker);
    stepFile = Absent.ifNull(stepFile);
    resume = Objects.requireNonNullElse(resume, ResumeBy.NOTHING);
  }
}
