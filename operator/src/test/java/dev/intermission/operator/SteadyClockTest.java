package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

  private Instant wall = START;
  private long nanos = 42;
  private final SteadyClock clock = new SteadyClock(() -> wall, () -> nanos);

  @Test
  void followsTheWallClockAsLongAsItDoesNotJump() {
    passes(Duration.ofMinutes(10));
    wall = wall.plusMillis(3); // NTP

    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofMinutes(10)).plusMillis(3));
  }

  @Test
  void hourForwardEndsNoWaitEarly() {
    wall = wall.plus(Duration.ofHours(1));
    passes(Duration.ofSeconds(10));

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(11));
  }

  @Test
  void hourBackRepeatsNoWaitAndTimeGoesOn() {
    wall = wall.minus(Duration.ofHours(1));
    passes(Duration.ofSeconds(10));

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(9));
  }

  @Test
  void meetsTheWallClockInTheEnd() {
    wall = wall.minus(Duration.ofMinutes(5));
    for (var minute = 0; minute < 51; minute++) {
      passes(Duration.ofMinutes(1));
      clock.instant();
    }

    assertThat(clock.instant()).isCloseTo(wall, within(0, ChronoUnit.MILLIS));
  }

  @Test
  void neverGoesBack() {
    var before = clock.instant();
    wall = wall.minusMillis(400);

    assertThat(clock.instant()).isEqualTo(before);
  }

  private void passes(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }
}
