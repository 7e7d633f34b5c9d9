package dev.intermission.djl.state;

import java.util.Map;

/**
 * What two trainings are compared by: SHA-256 in hex over all parameters and buffers, and over all
 * moments of the optimizer.
 */
public record Digests(String weights, String moments) {

  Map<String, String> bySubject() {
    return Map.of("weights", weights, "moments", moments);
  }
}
