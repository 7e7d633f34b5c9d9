package dev.intermission.sdk.directory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code checkpoint.json}: what a checkpoint says about itself. The agent copies it into the
 * manifest, the operator into status.
 *
 * @param step the boundary it was taken at; equals the folder's name
 * @param contains of {@code model, optimizer, schedule, rng, data}: what a resume will continue
 *     exactly
 * @param worldSize ranks that save this step together
 * @param requestId the checkpoint request it answers; absent for a periodic save
 * @param finished training is over; nothing will follow
 * @param numericProfile what decides the bits of the arithmetic: threads, instruction set, library
 *     versions
 * @param epoch passes over the data, with a fraction
 * @param metrics such as {@code loss}, as they were after this very step; finite numbers
 * @param digests SHA-256 in hex by subject: {@code weights, moments, rng, data}
 */
public record CheckpointDeclaration(
    long step,
    List<String> contains,
    int worldSize,
    Optional<Long> requestId,
    boolean finished,
    Optional<Double> epoch,
    Map<String, Double> metrics,
    Map<String, String> numericProfile,
    Map<String, String> digests) {

  public CheckpointDeclaration {
    if (step < 0)
      throw new IllegalArgumentException("checkpoint.json: step must not be negative, is " + step);
    if (worldSize == 0) worldSize = 1; // absent: a script that knows nothing of ranks
    contains = contains == null ? List.of() : List.copyOf(contains);
    if (epoch == null) epoch = Optional.empty();
    metrics = metrics == null ? Map.of() : Map.copyOf(new TreeMap<>(metrics));
    numericProfile = numericProfile == null ? Map.of() : Map.copyOf(numericProfile);
    digests = digests == null ? Map.of() : Map.copyOf(digests);
  }
}
