package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Optional;

/**
 * How {@code spec.resumeFrom} was understood, so that it is applied once each time it changes
 * however long it stays in a manifest.
 */
public record RollbackStatus(
    @JsonPropertyDescription(
            "A sum of spec.resumeFrom, and the generation at which it last changed; HEAD remembers"
                + " the id of the one that it applied.")
        String id,
    @JsonPropertyDescription("The generation at which spec.resumeFrom last changed.")
        long generation,
    @JsonPropertyDescription("The spec.resumeFrom that was seen.") ResumeFrom resumeFrom,
    @JsonPropertyDescription("The checkpoint that it means, once it was found.")
        Optional<ManifestStatus> checkpoint,
    @JsonPropertyDescription(
            "The address of the checkpoint that it was copied from, for a fork or an import.")
        Optional<String> origin,
    @JsonPropertyDescription("The run whose start applied it; absent while it waits for one.")
        Optional<Long> appliedInRun) {

  public RollbackStatus {
    checkpoint = Absent.ifNull(checkpoint);
    origin = Absent.ifNull(origin);
    appliedInRun = Absent.ifNull(appliedInRun);
  }

  public RollbackStatus withCheckpoint(ManifestStatus value, Optional<String> copiedFrom) {
    return new RollbackStatus(
        id, generation, resumeFrom, Optional.of(value), copiedFrom, appliedInRun);
  }

  public RollbackStatus withAppliedInRun(long value) {
    return new RollbackStatus(id, generation, resumeFrom, checkpoint, origin, Optional.of(value));
  }
}
