package dev.intermission.agent.state;

import dev.intermission.sdk.directory.ProgressFile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How fast a trainer makes its steps, by its own reports and its own clock.
 *
 * @param stepsPerSecond of the newest stretch that was long enough to be measured
 * @param since where the next stretch begins
 */
public record Pace(Optional<Double> stepsPerSecond, Optional<Mark> since) {

  /** Where training was, and when. */
  public record Mark(long step, Instant at) {}

  /** Of a trainer that did not report twice yet. */
  public static final Pace UNKNOWN = new Pace(Optional.empty(), Optional.empty());

  /** Two reports may follow each other closely: one step in a millisecond is not a thousand. */
  private static final Duration SHORTEST = Duration.ofMillis(500);

  /**
   * With the newest report. A stretch begins anew with one of the step before, as a trainer makes
   * it when a hold begins and when it ends, and with one of another process or clock.
   */
  public Pace after(ProgressFile report) {
    var mark = new Mark(report.step(), report.at());
    var from = since.filter(old -> old.step() < mark.step() && !old.at().isAfter(mark.at()));
    if (from.isEmpty()) return new Pace(stepsPerSecond, Optional.of(mark));
    var took = Duration.between(from.get().at(), mark.at());
    if (took.compareTo(SHORTEST) < 0) return this;
    var steps = mark.step() - from.get().step();
    return new Pace(Optional.of(steps * 1e9 / took.toNanos()), Optional.of(mark));
  }
}
