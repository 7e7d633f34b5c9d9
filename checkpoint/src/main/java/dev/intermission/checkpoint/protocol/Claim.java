package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.layout.FencingToken;

/**
 * The right to commit, as long as HEAD is the one it names.
 *
 * @param head HEAD as this pod last saw or made it
 * @param etag what the next swap names
 */
public record Claim(Head head, String etag) {

  public Claim {
    if (head.pod().isEmpty()) throw new IllegalArgumentException("nobody claimed " + head);
  }

  /** The fencing token that this pod writes under. */
  public FencingToken token() {
    return head.token();
  }

  /** Uid of the pod that claimed. */
  public String podUid() {
    return head.pod().orElseThrow();
  }
}
