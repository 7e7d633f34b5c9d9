package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import java.time.Duration;

/**
 * A committed checkpoint.
 *
 * @param claim to go on with
 * @param manifest the checkpoint
 * @param bytes of all its files
 * @param objects that it consists of
 * @param sentBytes that this pod really sent; the rest was in the store before
 * @param took from the first byte read to the commit
 */
public record SaveResult(
    Claim claim, ManifestRef manifest, long bytes, int objects, long sentBytes, Duration took) {}
