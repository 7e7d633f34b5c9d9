package dev.intermission.checkpoint.retention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Pins as JSON. Reading never fails: a pin that nobody understands (empty, broken, from a newer
 * version) protects without an end, since the other way round a checkpoint would be lost.
 */
final class PinCodec {

  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PinCodec() {}

  static byte[] encode(Pin pin) {
    var json = JSON.createObjectNode();
    json.put("formatVersion", FORMAT);
    json.put("owner", pin.owner());
    pin.expiresAt().ifPresent(end -> json.put("expiresAt", end.toString()));
    try {
      return JSON.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new AssertionError("a JSON tree can always be written", e);
    }
  }

  static Pin decode(String manifest, String ownerUid, byte[] bytes) {
    try {
      var json = JSON.readTree(bytes);
      var owner = json.path("owner").asText("");
      var understood = json.path("formatVersion").asLong(0) == FORMAT;
      return new Pin(manifest, ownerUid, owner, understood ? end(json) : Optional.empty());
    } catch (IOException | DateTimeException e) {
      return new Pin(manifest, ownerUid, "", Optional.empty());
    }
  }

  private static Optional<Instant> end(JsonNode json) {
    return Optional.ofNullable(json.path("expiresAt").textValue()).map(Instant::parse);
  }
}
