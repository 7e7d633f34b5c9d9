package dev.intermission.agent.work;

/** Keys of facts in log lines. */
final class LogKeys {

  static final String STEP = "step";
  static final String REQUEST_ID = "requestId";
  static final String RUN = "run";
  static final String BYTES = "bytes";
  static final String SENT_BYTES = "sentBytes";
  static final String MILLIS = "millis";
  static final String REASON = "reason";

  private LogKeys() {}
}
