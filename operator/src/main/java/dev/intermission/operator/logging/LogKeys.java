package dev.intermission.operator.logging;

/** The key of every fact that is logged, once, so that a search for {@code run=7} finds all. */
public final class LogKeys {
  public static final String JOB = "job";
  public static final String NAMESPACE = "namespace";
  public static final String RUN = "run";
  public static final String RANK = "rank";
  public static final String POD = "pod";
  public static final String STEP = "step";
  public static final String PHASE = "phase";
  public static final String REQUEST_ID = "requestId";
  public static final String ACTION = "action";
  public static final String REASON = "reason";

  private LogKeys() {}
}
