package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;

/** A checkpoint that the operator verified in the store. */
public record CheckpointStatus(
    @JsonPropertyDescription("The step after which it was taken.") long step,
    @JsonPropertyDescription("The address of its manifest.") String uri,
    @JsonPropertyDescription("The SHA-256 of its manifest, in hex.") String manifestSha256,
    @JsonPropertyDescription("The size of all its files together.") long bytes,
    @JsonPropertyDescription("How many objects in the store it consists of.") int objects,
    @JsonPropertyDescription("When it was committed.") Instant committedAt,
    @JsonPropertyDescription("When the operator verified it.") Instant verifiedAt) {}
