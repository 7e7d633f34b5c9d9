package dev.intermission.djl.settings;

/** A settings file that cannot be taken as it is; nothing of it was used. */
public final class InvalidSettings extends RuntimeException {

  InvalidSettings(String message) {
    super(message);
  }
}
