package dev.intermission.operator.config;

import java.net.URI;
import java.util.Optional;

/**
 * The installation's S3: what a job that says nothing gets, and the only place where the operator's
 * own credentials are ever used.
 *
 * @param endpoint absent for AWS itself
 * @param bucket absent when every job must name its own
 */
public record StorageDefaults(
    Optional<URI> endpoint,
    String region,
    Optional<String> bucket,
    String prefix,
    boolean pathStyle) {}
