package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;

/** A checkpoint from which trainers fail before they make a step. */
public record SuspicionStatus(
    @JsonPropertyDescription("The checkpoint from which the last runs failed.")
        ManifestStatus checkpoint,
    @JsonPropertyDescription(
            "How many runs in a row failed from it before their first step, under the same"
                + " template.")
        int failedResumes,
    @JsonPropertyDescription(
            "The checkpoint that was left for its parent because of that; once, until a newer one"
                + " is saved.")
        Optional<ManifestStatus> suspect,
    @JsonPropertyDescription("When it was left.") Optional<Instant> since) {

  public SuspicionStatus {
    suspect = Absent.ifNull(suspect);
    since = Absent.ifNull(since);
  }

  /** The first failed resume from a checkpoint; what was left before stays known. */
  public static SuspicionStatus first(ManifestStatus checkpoint, Optional<SuspicionStatus> before) {
    return new SuspicionStatus(
        checkpoint,
        1,
        before.flatMap(SuspicionStatus::suspect),
        before.flatMap(SuspicionStatus::since));
  }

  public SuspicionStatus oneMore() {
    return new SuspicionStatus(checkpoint, failedResumes + 1, suspect, since);
  }

  /** It is left for its parent. */
  public SuspicionStatus left(Instant at) {
    return new SuspicionStatus(checkpoint, failedResumes, Optional.of(checkpoint), Optional.of(at));
  }
}
