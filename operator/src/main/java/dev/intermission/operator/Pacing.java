package dev.intermission.operator;

import dev.intermission.operator.plan.Pace;
import dev.intermission.operator.plan.Planner;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Gives each pass a planner that looks as often as the number of jobs allows: few jobs look live,
 * and ten thousand flood neither their agents nor the API server. Thread-safe.
 */
final class Pacing implements Supplier<Planner> {
  private static final int POLLS_A_SECOND = 500;
  private static final int STATUS_WRITES_A_SECOND = 50;
  private static final int SWEEPS_A_SECOND = 2;

  private final LongSupplier jobs;

  Pacing(LongSupplier jobs) {
    this.jobs = jobs;
  }

  @Override
  public Planner get() {
    return new Planner(pace());
  }

  Pace pace() {
    var count = jobs.getAsLong();
    return new Pace(
        atLeast(Pace.LIVELY.poll(), count, POLLS_A_SECOND),
        atLeast(Pace.LIVELY.progress(), count, STATUS_WRITES_A_SECOND),
        atLeast(Pace.LIVELY.sweep(), count, SWEEPS_A_SECOND));
  }

  private static Duration atLeast(Duration floor, long jobs, int aSecond) {
    var spread = Duration.ofMillis(jobs * 1000 / aSecond);
    return spread.compareTo(floor) > 0 ? spread : floor;
  }
}
