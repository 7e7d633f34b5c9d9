package dev.intermission.sdk;

/** The keys of log facts, once. */
final class LogKeys {

  static final String STEP = "step";
  static final String REQUEST_ID = "requestId";
  static final String STALL_MILLIS = "stallMillis";
  static final String WRITE_MILLIS = "writeMillis";
  static final String WAITED_SECONDS = "waitedSeconds";

  private LogKeys() {}
}
