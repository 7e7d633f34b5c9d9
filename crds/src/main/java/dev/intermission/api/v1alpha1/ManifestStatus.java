package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Names one checkpoint so that nothing else can be meant. */
public record ManifestStatus(
    @JsonPropertyDescription("The step after which it was taken.") long step,
    @JsonPropertyDescription("The name of its manifest under manifests/ in the store.")
        String manifest,
    @JsonPropertyDescription("The SHA-256 of that manifest, in hex.") String manifestSha256) {}
