package dev.intermission.checkpoint.s3;

import java.time.Instant;
import java.util.Optional;

/**
 * What the store says about an object without sending it.
 *
 * @param length bytes
 * @param sha256 lower-case hex of the whole object, where the store keeps one
 * @param etag opaque
 * @param lastModified by the store's clock
 */
public record ObjectFacts(
    long length, Optional<String> sha256, String etag, Instant lastModified) {}
