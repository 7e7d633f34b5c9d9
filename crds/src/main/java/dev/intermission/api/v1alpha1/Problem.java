package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Something that went wrong, in a word for machines and a sentence for people. */
public record Problem(
    @JsonPropertyDescription("The cause in one CamelCase word, for example SaveTimedOut.")
        String reason,
    @JsonPropertyDescription("What happened, what was spared, and what to do.") String message) {}
