package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one pass decided: first {@code status} is recorded (if it differs), with the resourceVersion
 * that the plan was made from; a conflict forgets the whole plan. Then {@code events} and {@code
 * actions} happen, in their order.
 *
 * @param status equal to the one that was planned from when there is nothing to write
 * @param actions each idempotent; dying before, between or after them loses nothing, since the next
 *     pass plans what is still missing
 * @param wakeAt when to look again without being woken by a change; never before the {@code now}
 *     that was planned with
 */
public record Plan(
    TrainingJobStatus status,
    List<Action> actions,
    List<JobEvent> events,
    Optional<Instant> wakeAt) {

  public Plan {
    Objects.requireNonNull(status, "status");
    actions = List.copyOf(actions);
    events = List.copyOf(events);
    Objects.requireNonNull(wakeAt, "wakeAt");
  }

  /** How long until {@code wakeAt}; never negative, since a timer may throw at a negative delay. */
  public Optional<Duration> wakeIn(Instant now) {
    return wakeAt.map(at -> at.isBefore(now) ? Duration.ZERO : Duration.between(now, at));
  }
}
