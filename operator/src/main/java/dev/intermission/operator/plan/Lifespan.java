package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ActiveStatus;
import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * {@code spec.lifetime}: how long a job may train, all runs together, and how long it stays after
 * its end. Time in which no trainer runs does not count. At the deadline the run saves and ends as
 * for a pause, and then the job has failed; a longer deadline lets it go on.
 */
final class Lifespan {

  /** The end of a job whose time is up. */
  static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

  private static final Set<Phase> TRAINS = EnumSet.of(Phase.RUNNING, Phase.PAUSING);

  private Lifespan() {}

  /** Keeps the time, and looks again when it is up. */
  static void plan(Pass pass, Draft draft) {
    var active = pass.status().active();
    var trains = TRAINS.contains(pass.status().phase()) && !pass.runEnded();
    if (trains && active.since().isEmpty())
      draft.record(pass.status().withActive(active.begun(pass.now())));
    if (!trains && active.since().isPresent())
      draft.record(pass.status().withActive(active.ended(pass.now())));
    if (trains) remaining(pass, draft.status().active()).ifPresent(draft::wake);
    expire(pass, draft);
  }

  /** Whether the job has trained for as long as it may. */
  static boolean over(Pass pass) {
    return pass.spec()
        .lifetime()
        .activeDeadline()
        .filter(limit -> pass.status().active().total(pass.now()).compareTo(limit) >= 0)
        .isPresent();
  }

  /** Nothing trains any more, and nothing will. */
  static void fail(Pass pass, Draft draft) {
    var limit = pass.spec().lifetime().activeDeadline().orElseThrow();
    var why =
        new Problem(
            DEADLINE_EXCEEDED,
            "The job has trained for spec.lifetime.activeDeadline ("
                + limit
                + ", pauses not counted). What it trained is saved; raise the deadline to go on.");
    draft.record(
        pass.status()
            .withRecovery(pass.status().recovery().withLastEnd(why))
            .withPhase(Phase.FAILED));
  }

  /** Whether a failed job failed for its deadline. */
  static boolean ended(Pass pass) {
    return pass.status()
        .recovery()
        .lastEnd()
        .filter(end -> end.reason().equals(DEADLINE_EXCEEDED))
        .isPresent();
  }

  private static Optional<Instant> remaining(Pass pass, ActiveStatus active) {
    return pass.spec()
        .lifetime()
        .activeDeadline()
        .map(limit -> pass.now().plus(limit).minus(active.total(pass.now())));
  }

  private static void expire(Pass pass, Draft draft) {
    var ttl = pass.spec().lifetime().ttlAfterFinished();
    var end = finishedAt(pass);
    if (ttl.isEmpty() || end.isEmpty()) return;
    var at = end.get().plus(ttl.get());
    if (pass.now().isBefore(at)) {
      draft.wake(at);
      return;
    }
    // dies here: asked for again by the next pass
    draft.act(new Action.DeleteTrainingJob());
    draft.wake(pass.now().plus(Draft.SAFETY));
  }

  /**
   * As recorded: the verdict of an earlier pass, so that the end is on record before the job goes.
   */
  private static Optional<Instant> finishedAt(Pass pass) {
    var verdict =
        switch (pass.status().phase()) {
          case SUCCEEDED -> pass.status().condition(ConditionType.SUCCEEDED);
          case FAILED -> pass.status().condition(ConditionType.FAILED);
          case PENDING, STARTING, RUNNING, PAUSING, HELD, PAUSED, RECOVERING ->
              Optional.<Condition>empty();
        };
    return verdict
        .filter(said -> said.status() == ConditionStatus.TRUE)
        .map(Condition::lastTransitionTime);
  }
}
