package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.ManifestStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * What one run's pods are built from besides the job.
 *
 * @param restore the checkpoint that the seal of this run names; absent for a start from nothing
 * @param drainToken random; only the pod's own preStop hook and agent know it
 * @param grace how long its pods get at least when they are taken away; zero where only the
 *     template says
 */
public record Run(
    long number,
    Optional<ManifestStatus> restore,
    StorageAccess storage,
    String drainToken,
    Duration grace) {}
