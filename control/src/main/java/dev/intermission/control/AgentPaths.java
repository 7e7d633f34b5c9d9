package dev.intermission.control;

import java.time.Duration;

/** The paths of the agent's HTTP interface, written once so that both sides agree. */
public final class AgentPaths {

  /** GET, signed: {@link AgentStatus}. */
  public static final String STATUS = "/v1/status";

  /** POST, signed: {@link SaveCommand} to {@link SaveAnswer}. */
  public static final String CHECKPOINTS = "/v1/checkpoints";

  /** POST, signed: {@link Roster} to {@link AgentStatus}. */
  public static final String ROSTER = "/v1/roster";

  /**
   * GET, with {@link #DRAIN_HEADER}: returns when nothing is left to lose, or shortly before the
   * grace ends.
   */
  public static final String DRAIN = "/v1/drain";

  /** Header of {@link #DRAIN}; its value is the run's drain token. */
  public static final String DRAIN_HEADER = "Intermission-Drain";

  /** GET: 200 while the process is worth keeping. */
  public static final String LIVE = "/healthz/live";

  /** GET: 200 once the trainer may start. */
  public static final String STARTED = "/healthz/started";

  /** GET: Prometheus text. */
  public static final String METRICS = "/metrics";

  private AgentPaths() {}

  /** GET, signed with {@code id}: {@link SaveAnswer} at once. */
  public static String checkpoint(long id) {
    return CHECKPOINTS + "/" + id;
  }

  /**
   * GET, signed with {@code id}: {@link SaveAnswer} as soon as its state changes, or after {@code
   * wait} (at most 30 s).
   */
  public static String checkpoint(long id, Duration wait) {
    return checkpoint(id) + "?wait=" + wait.toSeconds() + "s";
  }

  /** POST, signed with {@code id}: training goes on from memory. */
  public static String continuing(long id) {
    return checkpoint(id) + "/continue";
  }
}
