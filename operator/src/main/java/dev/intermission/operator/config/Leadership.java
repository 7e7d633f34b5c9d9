package dev.intermission.operator.config;

import java.util.Optional;

/**
 * Who this process is among its replicas. Election is for load only: two leaders do no harm,
 * because status writes are locked and HEAD is swapped.
 *
 * @param election absent when the only replica leads without asking
 */
public record Leadership(Optional<Election> election) {
  /** The Lease lives in {@code namespace}; {@code identity} is the pod's name. */
  public record Election(String namespace, String identity) {}
}
