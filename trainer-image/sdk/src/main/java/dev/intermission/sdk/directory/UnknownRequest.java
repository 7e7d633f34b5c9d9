package dev.intermission.sdk.directory;

import com.fasterxml.jackson.core.JsonProcessingException;

/**
 * {@code control.json} asks for what this version does not know; readers take it as unreadable and
 * look again later.
 */
final class UnknownRequest extends JsonProcessingException {

  UnknownRequest(String what) {
    super("control.json asks for what this version does not know: " + what);
  }
}
