package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A plan while it is being made: lives for one call of the planner, is seen by one thread. */
final class Draft {

  /** How long S3 is left alone after a call that failed. */
  static final Duration STORAGE_RESTS = Duration.ofSeconds(2);

  /**
   * Looking again although the result of an action should have woken us: results may be lost with
   * the process.
   */
  static final Duration SAFETY = Duration.ofSeconds(5);

  private final Set<Action> actions = new LinkedHashSet<>();
  private final List<JobEvent> events = new ArrayList<>();
  private final Instant now;
  private TrainingJobStatus status;
  private Optional<Instant> wakeAt = Optional.empty();

  Draft(TrainingJobStatus status, Instant now) {
    this.status = status;
    this.now = now;
  }

  TrainingJobStatus status() {
    return status;
  }

  void record(TrainingJobStatus next) {
    status = next;
  }

  void act(Action action) {
    actions.add(action);
  }

  /**
   * An action on S3, unless S3 just failed: then later. Its problem is a condition meanwhile, and
   * nothing is lost.
   */
  void store(Pass pass, Action action) {
    var resting =
        pass.seen()
            .storage()
            .problem()
            .map(Seen::at)
            .map(at -> at.plus(STORAGE_RESTS))
            .filter(now::isBefore);
    resting.ifPresentOrElse(
        this::wake,
        () -> {
          act(action);
          wake(now.plus(SAFETY));
        });
  }

  void tell(JobEvent event) {
    if (!events.contains(event)) events.add(event);
  }

  /** The earliest wish wins; one from the past means now. */
  void wake(Instant at) {
    var wish = at.isBefore(now) ? now : at;
    if (wakeAt.isEmpty() || wish.isBefore(wakeAt.get())) wakeAt = Optional.of(wish);
  }

  Plan plan() {
    return new Plan(status, List.copyOf(actions), events, wakeAt);
  }
}
