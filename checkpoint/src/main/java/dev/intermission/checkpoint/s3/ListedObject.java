package dev.intermission.checkpoint.s3;

import java.time.Instant;

/**
 * One line of a listing.
 *
 * @param key full key
 * @param length bytes
 * @param lastModified by the store's clock
 */
public record ListedObject(String key, long length, Instant lastModified) {}
