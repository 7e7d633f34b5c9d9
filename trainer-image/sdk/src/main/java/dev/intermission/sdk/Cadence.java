package dev.intermission.sdk;

import java.time.Duration;
import java.util.Optional;

/**
 * When to save without being asked: every so many steps, or after so much time, or both. Empty:
 * only on request and at the end.
 *
 * <p>Steps are counted from zero, not from the last save, so that all ranks of a gang save at the
 * same ones.
 */
public record Cadence(Optional<Long> everySteps, Optional<Duration> interval) {

  public static final Cadence NEVER = new Cadence(Optional.empty(), Optional.empty());

  public Cadence {
    if (everySteps.filter(steps -> steps <= 0).isPresent())
      throw new IllegalArgumentException("everySteps must be positive");
    if (interval.filter(time -> !time.isPositive()).isPresent())
      throw new IllegalArgumentException("interval must be positive");
  }

  public static Cadence everySteps(long steps) {
    return new Cadence(Optional.of(steps), Optional.empty());
  }

  boolean isDue(long step, Duration sinceLastSave) {
    return everySteps.filter(steps -> step % steps == 0).isPresent()
        || interval.filter(time -> sinceLastSave.compareTo(time) >= 0).isPresent();
  }
}
