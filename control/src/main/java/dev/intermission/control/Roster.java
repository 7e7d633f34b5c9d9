package dev.intermission.control;

import java.util.Map;
import java.util.TreeMap;

/**
 * Body of {@code POST /v1/roster}: who takes part in a gang's session. A pod accepts one in its
 * life; the same one again is fine.
 *
 * @param start what rank 0's claim began
 * @param pods rank to pod uid, for every rank from 0 to world size - 1
 */
public record Roster(SessionStart start, Map<Integer, String> pods) {

  /** Refuses a roster with a gap. */
  public Roster {
    pods = Map.copyOf(new TreeMap<>(pods));
    for (var rank = 0; rank < pods.size(); rank++) {
      if (!pods.containsKey(rank)) {
        throw new IllegalArgumentException("pods: the roster names no pod for rank " + rank);
      }
    }
  }
}
