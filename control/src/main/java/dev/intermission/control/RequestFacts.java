package dev.intermission.control;

import java.util.Arrays;

/**
 * What of an HTTP request is signed.
 *
 * @param method in capitals
 * @param target path with query, exactly as on the request line
 * @param body its bytes, empty when there is none; not copied, do not change them
 * @param id of the save request that it is about, 0 where none
 */
public record RequestFacts(String method, String target, byte[] body, long id) {

  private static final byte[] NOTHING = {};

  /** Rejects a line break, which would let one line of the signed text pass for another. */
  public RequestFacts {
    if (method.contains("\n") || target.contains("\n")) {
      throw new IllegalArgumentException("a request line has no line break");
    }
  }

  /** A GET. */
  public static RequestFacts get(String target, long id) {
    return new RequestFacts("GET", target, NOTHING, id);
  }

  /** The POST of what ends a hold. */
  public static RequestFacts post(ContinueCommand command) {
    return new RequestFacts(
        "POST", AgentPaths.continuing(command.id()), ControlJson.encode(command), command.id());
  }

  /** The POST of a save command. */
  public static RequestFacts post(SaveCommand command) {
    return new RequestFacts(
        "POST", AgentPaths.CHECKPOINTS, ControlJson.encode(command), command.id());
  }

  /** The POST of a gang's roster. */
  public static RequestFacts post(Roster roster) {
    return new RequestFacts("POST", AgentPaths.ROSTER, ControlJson.encode(roster), 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RequestFacts(var m, var t, var b, var i)
        && method.equals(m)
        && target.equals(t)
        && Arrays.equals(body, b)
        && id == i;
  }

  @Override
  public int hashCode() {
    return 31 * target.hashCode() + Arrays.hashCode(body);
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
