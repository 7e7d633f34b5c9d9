package dev.intermission.sdk;

import java.util.Map;
import java.util.Optional;

/** Which boundary is saved, for whom, and whether it is the last one. */
record SavePoint(long step, Optional<Long> requestId, boolean finished) {

  /** What training measured up to this boundary; a checkpoint says it too, for people. */
  record Measured(Optional<Double> epoch, Map<String, Double> metrics) {}
}
