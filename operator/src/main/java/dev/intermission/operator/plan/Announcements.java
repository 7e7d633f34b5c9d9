package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.util.Set;

/**
 * Tells as Events what changed between two statuses: one for a new phase, one for each verdict that
 * turned bad or good.
 */
final class Announcements {

  /** Verdicts of which only the bad news is worth an Event by itself; the phase tells the rest. */
  private static final Set<ConditionType> HEALTH =
      Set.of(
          ConditionType.STORAGE_READY,
          ConditionType.TEMPLATE_ACCEPTED,
          ConditionType.CHECKPOINT_VERIFIED,
          ConditionType.RESUME_PROVEN);

  private Announcements() {}

  static void plan(TrainingJobStatus before, Draft draft) {
    var after = draft.status();
    for (var condition : after.conditions()) {
      var old = before.condition(condition.type());
      var same =
          old.filter(
                  known ->
                      known.status() == condition.status()
                          && known.reason().equals(condition.reason()))
              .isPresent();
      if (!same) announce(condition, draft);
    }
    if (after.phase() != before.phase()) draft.tell(phase(after));
  }

  private static void announce(Condition condition, Draft draft) {
    if (condition.message().isEmpty()) return;
    if (HEALTH.contains(condition.type()) && condition.status() == ConditionStatus.FALSE) {
      draft.tell(JobEvent.warning(condition.reason(), condition.message()));
    } else if (condition.type() == ConditionType.RESUME_PROVEN
        && condition.status() == ConditionStatus.TRUE) {
      draft.tell(JobEvent.normal(condition.reason(), condition.message()));
    } else if (condition.type() == ConditionType.READY
        && Conditions.needsAPerson(condition.reason())) {
      draft.tell(JobEvent.warning(condition.reason(), condition.message()));
    } else if (condition.type() == ConditionType.STALLED
        && condition.status() == ConditionStatus.TRUE) {
      draft.tell(JobEvent.warning(condition.reason(), condition.message()));
    }
  }

  private static JobEvent phase(TrainingJobStatus status) {
    var ready = status.condition(ConditionType.READY).map(Condition::message).orElse("");
    var reason =
        status.phase().name().charAt(0)
            + status.phase().name().substring(1).toLowerCase(java.util.Locale.ROOT);
    var bad = status.phase() == Phase.FAILED || status.phase() == Phase.RECOVERING;
    return bad ? JobEvent.warning(reason, ready) : JobEvent.normal(reason, ready);
  }
}
