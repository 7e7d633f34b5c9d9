package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a pause saved, where, how it was verified, and when compute was released. */
public record Receipt(
    @JsonPropertyDescription(
            "The step after which training stopped; the next run continues with the one after it.")
        long step,
    @JsonPropertyDescription("The address of the checkpoint's manifest.") String uri,
    @JsonPropertyDescription("The SHA-256 of the manifest, in hex.") String manifestSha256,
    @JsonPropertyDescription("How many objects were verified, of how many, for example 14/14.")
        String objects,
    @JsonPropertyDescription("The size of all files together.") long bytes,
    @JsonPropertyDescription(
            "What the trainer says the checkpoint contains, for example model, optimizer, rng and"
                + " data.")
        List<String> contains,
    @JsonPropertyDescription(
            "How many trained steps are not in the checkpoint; 0 for a pause that saved.")
        long lostSteps,
    @JsonPropertyDescription(
            "How it was verified: by the store's checksums, by lengths only, or by reading every"
                + " byte.")
        Verification verification,
    @JsonPropertyDescription("When the operator had verified it.") Instant verifiedAt,
    @JsonPropertyDescription("When the last pod was gone.") Optional<Instant> computeReleasedAt) {

  public Receipt {
    contains = contains == null ? List.of() : List.copyOf(contains);
    computeReleasedAt = Absent.ifNull(computeReleasedAt);
  }

  public Receipt withComputeReleasedAt(Instant value) {
    return new Receipt(
        step,
        uri,
        manifestSha256,
        objects,
        bytes,
        contains,
        lostSteps,
        verification,
        verifiedAt,
        Optional.of(value));
  }
}
