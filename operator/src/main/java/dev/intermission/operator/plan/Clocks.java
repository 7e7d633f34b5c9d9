package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ActiveStatus;
import dev.intermission.api.v1alpha1.CheckpointStatus;
import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.PeriodicSaveStatus;
import dev.intermission.api.v1alpha1.RecoveryStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A status that was recorded by a clock ahead of ours (another node's, or this one before it was
 * set back) is brought into our time, once: every wait goes on as long as it would have, and
 * nothing waits until a false hour is over. A clock behind ours needs nothing: its waits end
 * earlier.
 */
final class Clocks {

  /** Two machines' clocks may differ by this much without anybody minding. */
  private static final Duration TOLERATED = Duration.ofSeconds(2);

  private Clocks() {}

  /** {@code status}, with no moment of the past in the future. */
  static TrainingJobStatus agree(TrainingJobStatus status, Instant now) {
    var periodic = status.run().flatMap(RunStatus::periodicSave).map(PeriodicSaveStatus::since);
    var newest =
        Stream.concat(
                status.conditions().stream().map(Condition::lastTransitionTime), periodic.stream())
            .max(Instant::compareTo);
    var ahead = newest.map(moment -> Duration.between(now, moment)).orElse(Duration.ZERO);
    return ahead.compareTo(TOLERATED) <= 0 ? status : back(status, ahead);
  }

  private static TrainingJobStatus back(TrainingJobStatus status, Duration by) {
    var moved =
        status
            .withRecovery(back(status.recovery(), by))
            .withActive(
                new ActiveStatus(status.active().seconds(), back(status.active().since(), by)))
            .withConditions(
                status.conditions().stream().map(condition -> back(condition, by)).toList());
    if (status.run().isPresent()) moved = moved.withRun(back(status.run().get(), by));
    if (status.pause().isPresent()) moved = moved.withPause(back(status.pause().get(), by));
    if (status.checkpoint().isPresent())
      moved = moved.withCheckpoint(back(status.checkpoint().get(), by));
    return moved;
  }

  private static RecoveryStatus back(RecoveryStatus old, Duration by) {
    return new RecoveryStatus(
        old.failuresInARow(),
        old.runsWithoutProgress(),
        back(old.nextRunAt(), by),
        old.lastEnd(),
        back(old.endedAt(), by),
        old.endedRun(),
        old.suspicion());
  }

  private static RunStatus back(RunStatus old, Duration by) {
    var moved = old.withQueuedAt(back(old.queuedAt(), by));
    return old.periodicSave()
        .map(save -> moved.withPeriodicSave(save.withSince(save.since().minus(by))))
        .orElse(moved);
  }

  private static PauseStatus back(PauseStatus old, Duration by) {
    return new PauseStatus(
        old.requestId(),
        old.requestedAt(),
        old.step(),
        old.attempt(),
        old.attemptedAt().minus(by),
        back(old.retryAt(), by),
        old.problem(),
        old.savedAt(),
        old.receipt(),
        old.sealedRun(),
        old.verifiedHead(),
        back(old.heldAt(), by));
  }

  private static CheckpointStatus back(CheckpointStatus old, Duration by) {
    return new CheckpointStatus(
        old.step(),
        old.uri(),
        old.manifestSha256(),
        old.bytes(),
        old.objects(),
        old.committedAt(),
        old.verifiedAt().minus(by));
  }

  private static Condition back(Condition old, Duration by) {
    return new Condition(
        old.type(),
        old.status(),
        old.reason(),
        old.message(),
        old.observedGeneration(),
        old.lastTransitionTime().minus(by));
  }

  private static Optional<Instant> back(Optional<Instant> moment, Duration by) {
    return moment.map(at -> at.minus(by));
  }
}
