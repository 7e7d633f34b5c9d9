package dev.intermission.operator.plan;

import java.time.Duration;

/**
 * How often to look and to write when nothing happens; grows with the number of jobs so that
 * thousands do not flood anybody [37].
 *
 * @param poll between two questions to an agent
 * @param progress between two writes of a status in which only the progress is new
 * @param sweep between two looks of the collector at a job that trains
 */
public record Pace(Duration poll, Duration progress, Duration sweep) {

  /** For few jobs: what a person watches looks live. */
  public static final Pace LIVELY =
      new Pace(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMinutes(10));
}
