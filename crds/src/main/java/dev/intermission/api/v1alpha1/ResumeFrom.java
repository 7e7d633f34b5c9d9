package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import java.util.Optional;

/**
 * An explicit starting point: {@code {step}} rolls back, {@code {job, step}} forks, {@code {uri}}
 * imports.
 */
public record ResumeFrom(
    @Min(0) @JsonPropertyDescription("The step of the checkpoint to start from.")
        Optional<Long> step,
    @JsonPropertyDescription(
            "Another TrainingJob of this namespace whose checkpoint is taken; needs step.")
        Optional<String> job,
    @JsonPropertyDescription(
            "A manifest's address, for example s3://bucket/prefix/ns/name/uid/manifests/...json.")
        Optional<String> uri) {

  public ResumeFrom {
    step = Absent.ifNull(step);
    job = Absent.ifNull(job);
    uri = Absent.ifNull(uri);
  }
}
