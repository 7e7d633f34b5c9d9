package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.layout.FencingToken;
import java.util.Map;

/**
 * Who takes part in a gang's saves: the operator's signed roster. A part of a pod that is not in it
 * is never committed, so that a checkpoint cannot mix two incarnations of a run.
 *
 * @param token rank 0's claim
 * @param pods rank to pod uid, for every rank
 */
public record Session(FencingToken token, Map<Integer, String> pods) {

  public Session {
    pods = Map.copyOf(pods);
    for (var rank = 0; rank < pods.size(); rank++) {
      if (!pods.containsKey(rank)) {
        throw new IllegalArgumentException("the roster names no pod for rank " + rank);
      }
    }
  }

  /** The session of a job with one worker. */
  public static Session alone(FencingToken token, String podUid) {
    return new Session(token, Map.of(0, podUid));
  }

  /** Number of ranks. */
  public int worldSize() {
    return pods.size();
  }
}
