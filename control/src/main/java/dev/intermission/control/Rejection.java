package dev.intermission.control;

/** Why a request is not believed. The agent answers 401 with this as {@code reason}. */
public enum Rejection {
  /** A header is missing or malformed. */
  UNSIGNED("Unsigned", "a signature header is missing or malformed"),
  /** The key is none of those that the pod was born with. */
  UNKNOWN_KEY("UnknownKey", "signed with a key that this pod does not know"),
  /** Method, path, body, job, run, pod, id, date or nonce is not what was signed. */
  BAD_SIGNATURE("BadSignature", "the signature is not of this request to this pod"),
  /**
   * Well signed, but more than 10 minutes old or early: sign again with the time of the answer's
   * Date header.
   */
  CLOCK(
      "Clock", "signed more than 10 minutes away from this pod's clock; sign again with its Date");

  private final String reason;
  private final String message;

  Rejection(String reason, String message) {
    this.reason = reason;
    this.message = message;
  }

  /** What the agent answers. */
  public Problem problem() {
    return new Problem(reason, message);
  }
}
