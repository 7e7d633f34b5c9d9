package dev.intermission.checkpoint.retention;

import java.time.Instant;
import java.util.Optional;

/**
 * What a job has in the store after a sweep.
 *
 * @param count manifests
 * @param expiring how many of them are marked
 * @param oldestStep the lowest step
 * @param next which goes first, and when at the earliest
 * @param bytes of chunks and manifests; only where all objects were looked at
 */
public record Stock(
    int count,
    int expiring,
    Optional<Long> oldestStep,
    Optional<NextToGo> next,
    Optional<Long> bytes) {

  static final Stock EMPTY = new Stock(0, 0, Optional.empty(), Optional.empty(), Optional.empty());

  Stock withBytes(long value) {
    return new Stock(count, expiring, oldestStep, next, Optional.of(value));
  }

  /** The one whose mark is oldest. */
  public record NextToGo(long step, Instant at) {}
}
