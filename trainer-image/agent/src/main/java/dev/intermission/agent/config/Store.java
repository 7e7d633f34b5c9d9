package dev.intermission.agent.config;

import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.checkpoint.s3.StorageLocation;
import java.util.Optional;

/**
 * Where the checkpoints are.
 *
 * @param location bucket and prefix
 * @param credentials for it; they never print themselves
 * @param protection on the way there and at rest
 * @param floor name of the manifest that the run starts from at least; a HEAD behind it is refused
 */
public record Store(
    StorageLocation location,
    Credentials credentials,
    Protection protection,
    Optional<String> floor) {}
