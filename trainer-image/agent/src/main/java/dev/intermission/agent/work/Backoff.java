package dev.intermission.agent.work;

import java.time.Duration;

/** Waiting times that grow from the first to the longest; for one thread. */
final class Backoff {

  private final Duration first;
  private final Duration longest;
  private final double growth;
  private Duration next;

  private Backoff(Duration first, Duration longest, double growth) {
    this.first = first;
    this.longest = longest;
    this.growth = growth;
    this.next = first;
  }

  /** For a store that fails: gentle on it, and soon there again. */
  static Backoff afterFailure() {
    return new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10), 2);
  }

  /**
   * For the seal: a resume waits for it, so the wait is at most a quarter longer than it must be.
   */
  static Backoff forTheSeal() {
    return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), 1.25);
  }

  Duration next() {
    var now = next;
    var grown = Duration.ofMillis((long) (next.toMillis() * growth));
    next = grown.compareTo(longest) > 0 ? longest : grown;
    return now;
  }

  void reset() {
    next = first;
  }
}
