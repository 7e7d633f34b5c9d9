package dev.intermission.checkpoint.s3;

import java.time.Duration;

/**
 * Time limits of the S3 client. No request is without one.
 *
 * @param connect to open a connection
 * @param silence how long a peer may send nothing
 * @param request one attempt of a request with a small body or none
 * @param transfer one attempt of a request that carries a chunk
 * @param reads how often reads and deletes are tried; conditional writes are sent once
 */
public record ClientTuning(
    Duration connect, Duration silence, Duration request, Duration transfer, RetryBudget reads) {

  /** For the agent: outlasts half a minute without the store; 64 MiB may come at 1 MB/s. */
  public static final ClientTuning PATIENT = of(RetryBudget.STANDARD);

  /** For the operator: a store that does not answer is reported within ten seconds. */
  public static final ClientTuning QUICK = of(RetryBudget.QUICK);

  private static ClientTuning of(RetryBudget reads) {
    return new ClientTuning(
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(75),
        reads);
  }
}
