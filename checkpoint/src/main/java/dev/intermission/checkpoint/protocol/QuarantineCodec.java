package dev.intermission.checkpoint.protocol;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Quarantines as JSON. Reads whatever is there: a note that cannot be read still keeps everybody
 * away from its manifest.
 */
final class QuarantineCodec {

  private static final int FORMAT = 1;

  /** Longer messages are cut: a note is small, whatever a store answered. */
  private static final int LONGEST_MESSAGE = 4096;

  private static final JsonMapper JSON = new JsonMapper();

  private QuarantineCodec() {}

  static byte[] encode(Quarantine quarantine) {
    var message = quarantine.message();
    var json = JSON.createObjectNode();
    json.put("formatVersion", FORMAT);
    json.put("reason", quarantine.reason());
    json.put("message", message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)));
    json.put("at", quarantine.at().toString());
    try {
      return JSON.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new AssertionError("a JSON tree can always be written", e);
    }
  }

  static Quarantine decode(String key, byte[] bytes) {
    try {
      var json = JSON.readTree(bytes);
      return new Quarantine(
          json.path("reason").asText("Damaged"),
          json.path("message").asText(key + " says nothing more."),
          Instant.parse(json.path("at").asText()));
    } catch (IOException | DateTimeException e) {
      return new Quarantine("Damaged", key + " cannot be read, and counts.", Instant.EPOCH);
    }
  }
}
