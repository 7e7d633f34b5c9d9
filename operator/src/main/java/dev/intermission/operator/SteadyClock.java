package dev.intermission.operator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * The wall clock without its jumps. Time passes as the machine counts it; a wall clock that is set
 * forward or back (by hand, by NTP, by a resumed virtual machine) is approached by a tenth of the
 * time that passes, so that no wait ends early, none is repeated, and "asked after" never lies.
 * Never goes back. Thread-safe.
 *
 * <p>Only within one process: what another one recorded by another clock is {@link
 * dev.intermission.operator.plan.Planner}'s to understand.
 */
final class SteadyClock extends Clock {
  /** Less than this is the clock's ordinary correction, and is followed at once. */
  private static final Duration JUMP = Duration.ofMillis(500);

  private static final int CATCH_UP = 10;

  private final InstantSource wall;
  private final LongSupplier nanos;
  private Instant last;
  private long lastNanos;

  /** {@code nanos} counts what passes, from anywhere, and never goes back. */
  SteadyClock(InstantSource wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.last = wall.instant();
    this.lastNanos = nanos.getAsLong();
  }

  static SteadyClock system() {
    return new SteadyClock(InstantSource.system(), System::nanoTime);
  }

  @Override
  public synchronized Instant instant() {
    var count = nanos.getAsLong();
    var passed = Duration.ofNanos(count - lastNanos);
    var steady = last.plus(passed);
    var ahead = Duration.between(steady, wall.instant());
    var now = steady.plus(correction(ahead, passed.dividedBy(CATCH_UP)));
    lastNanos = count;
    last = now.isBefore(last) ? last : now;
    return last;
  }

  private static Duration correction(Duration ahead, Duration atMost) {
    if (ahead.abs().compareTo(JUMP) <= 0 || ahead.abs().compareTo(atMost) <= 0) return ahead;
    return ahead.isNegative() ? atMost.negated() : atMost;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** Instants know no zone. */
  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
