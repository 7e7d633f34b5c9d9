package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Optional;

/**
 * An explicit starting point: {@code {step}} rolls back, {@code {job, step}} forks, {@code {uri}}
 * imports.
 */
@ValidationRule(
    value = "has(self.uri) != (has(self.step) || has(self.job))",
    message = "set step (a rollback), or job and perhaps step (a fork), or uri (an import)")
public record ResumeFrom(
    @Min(0) @JsonPropertyDescription("The step of the checkpoint to start from.")
        Optional<Long> step,
    @Size(min = 1, max = 40)
        @JsonPropertyDescription(
            "Another TrainingJob of this namespace whose checkpoint is taken: that of step, or its"
                + " newest; its step and workers stay the same.")
        Optional<String> job,
    @Size(max = 1024)
        @ValidationRule(
            value = "self.matches('^s3://[^/]+/.+[.]json$')",
            message =
                "must be the s3:// address of a manifest; status.checkpoint.uri and a receipt's uri"
                    + " are such addresses")
        @JsonPropertyDescription(
            "A manifest's address, for example s3://bucket/prefix/ns/name/uid/manifests/...json.")
        Optional<String> uri) {

  public ResumeFrom {
    step = Absent.ifNull(step);
    job = Absent.ifNull(job);
    uri = Absent.ifNull(uri);
  }
}
