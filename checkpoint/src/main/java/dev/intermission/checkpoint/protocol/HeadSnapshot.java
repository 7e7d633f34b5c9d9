package dev.intermission.checkpoint.protocol;

/**
 * HEAD as it was read.
 *
 * @param head its content
 * @param etag what a swap of exactly this HEAD names
 */
public record HeadSnapshot(Head head, String etag) {}
