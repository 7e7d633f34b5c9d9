package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;

/** What the restart policy has to remember. Both counters start again at a newer committed step. */
public record RecoveryStatus(
    @JsonPropertyDescription("Failures of the trainer since the last newer checkpoint.")
        int failuresInARow,
    @JsonPropertyDescription(
            "Runs that ended, for whatever reason, since the last newer checkpoint.")
        int runsWithoutProgress,
    @JsonPropertyDescription("When the next run may start.") Optional<Instant> nextRunAt,
    @JsonPropertyDescription("How the last run ended.") Optional<Problem> lastEnd,
    @JsonPropertyDescription("When the operator saw that the last run had ended.")
        Optional<Instant> endedAt,
    @JsonPropertyDescription(
            "Which run's end is on record: each end is counted once, whatever the clocks say.")
        Optional<Long> endedRun,
    @JsonPropertyDescription(
            "The checkpoint that the last runs failed from before they made a step, if they did.")
        Optional<SuspicionStatus> suspicion) {

  /** Nothing went wrong yet. */
  public static final RecoveryStatus NONE =
      new RecoveryStatus(
          0,
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public RecoveryStatus {
    nextRunAt = Absent.ifNull(nextRunAt);
    lastEnd = Absent.ifNull(lastEnd);
    endedAt = Absent.ifNull(endedAt);
    endedRun = Absent.ifNull(endedRun);
    suspicion = Absent.ifNull(suspicion);
  }

  /** This run has ended; how it ended and what follows is not decided yet. */
  public RecoveryStatus withEnd(long run, Instant at) {
    return new RecoveryStatus(
        failuresInARow,
        runsWithoutProgress,
        nextRunAt,
        lastEnd,
        Optional.of(at),
        Optional.of(run),
        suspicion);
  }

  public RecoveryStatus withLastEnd(Problem how) {
    return new RecoveryStatus(
        failuresInARow,
        runsWithoutProgress,
        nextRunAt,
        Optional.of(how),
        endedAt,
        endedRun,
        suspicion);
  }

  /** The next run may start at {@code at}; absent: that is not decided. */
  public RecoveryStatus withNextRunAt(Optional<Instant> at) {
    return new RecoveryStatus(
        failuresInARow, runsWithoutProgress, at, lastEnd, endedAt, endedRun, suspicion);
  }

  public RecoveryStatus withCounters(int failures, int fruitless) {
    return new RecoveryStatus(
        failures, fruitless, nextRunAt, lastEnd, endedAt, endedRun, suspicion);
  }

  public RecoveryStatus withSuspicion(Optional<SuspicionStatus> value) {
    return new RecoveryStatus(
        failuresInARow, runsWithoutProgress, nextRunAt, lastEnd, endedAt, endedRun, value);
  }
}
