package dev.intermission.checkpoint.save;

/**
 * A folder that is a checkpoint now.
 *
 * @param step of the checkpoint
 * @param key of its manifest; with {@code s3://<bucket>/} before it, what {@code
 *     spec.resumeFrom.uri} wants
 * @param bytes of its files
 */
public record Imported(long step, String key, long bytes) {}
