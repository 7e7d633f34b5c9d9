package dev.intermission.control;

/** Bytes that are not the message they should be: nothing was done with them. */
public final class MalformedMessage extends IllegalArgumentException {

  MalformedMessage(String message, Throwable cause) {
    super(message, cause);
  }
}
