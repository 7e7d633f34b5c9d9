package dev.intermission.djl.settings;

/** A file of settings, or one of them, that cannot be taken as it is; nothing was started. */
public final class InvalidSettings extends RuntimeException {

  public InvalidSettings(String message) {
    super(message);
  }
}
