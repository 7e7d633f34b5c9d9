package dev.intermission.agent.http;

import dev.intermission.control.ControlJson;
import dev.intermission.control.Problem;
import java.nio.charset.StandardCharsets;

/**
 * One answer.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param body its bytes
 */
record Reply(int status, String contentType, byte[] body) {

  static Reply json(int status, Object message) {
    return new Reply(status, "application/json", ControlJson.encode(message));
  }

  static Reply problem(int status, String reason, String message) {
    return json(status, new Problem(reason, message));
  }

  static Reply text(int status, String text) {
    return new Reply(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply notFound(String what) {
    return problem(404, "NotFound", what);
  }
}
