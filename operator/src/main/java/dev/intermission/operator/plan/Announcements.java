package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.util.Optional;
import java.util.Set;

/**
 * Tells as Events what changed between two statuses: one for a new phase, one for each verdict that
 * turned bad or good. An ordinary life reads as a story without a warning: Starting, Running,
 * Verified, Pausing, Paused, Starting, Running, Exact, Succeeded.
 */
final class Announcements {

  /** Reasons of a False that belong to an ordinary life. */
  private static final Set<String> ORDINARY =
      Set.of(Conditions.NOTHING_SAVED_YET, Conditions.PAUSING, Conditions.NOT_PAUSED);

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
      if (!same) verdict(old, condition).ifPresent(draft::tell);
    }
    if (after.phase() != before.phase()) phase(before.phase(), after).ifPresent(draft::tell);
  }

  private static Optional<JobEvent> verdict(Optional<Condition> before, Condition now) {
    if (now.message().isEmpty()) return Optional.empty();
    var first = before.filter(old -> old.status() == ConditionStatus.TRUE).isEmpty();
    return switch (now.type()) {
      case READY -> when(Conditions.needsAPerson(now.reason()), bad(now));
      case STALLED -> when(now.reason().equals(Conditions.NO_NEW_CHECKPOINT), bad(now));
      case STORAGE_READY, PAUSED, SAVES_IN_TIME -> when(isBad(now), bad(now));
      case TEMPLATE_ACCEPTED -> when(now.status() != ConditionStatus.TRUE, bad(now));
      case CHECKPOINT_VERIFIED ->
          isBad(now)
              ? Optional.of(bad(now))
              : when(first && now.status() == ConditionStatus.TRUE, good(now));
      case RESUME_PROVEN, RESUME_FROM_APPLIED ->
          isBad(now)
              ? Optional.of(bad(now))
              : when(now.status() == ConditionStatus.TRUE, good(now));
      case COMPUTE_RELEASED, RECONCILING, SUCCEEDED, FAILED -> Optional.empty(); // the phase tells
    };
  }

  private static boolean isBad(Condition now) {
    return now.status() == ConditionStatus.FALSE && !ORDINARY.contains(now.reason());
  }

  private static Optional<JobEvent> when(boolean told, JobEvent event) {
    return told ? Optional.of(event) : Optional.empty();
  }

  private static JobEvent good(Condition verdict) {
    return JobEvent.normal(verdict.reason(), verdict.message());
  }

  private static JobEvent bad(Condition verdict) {
    return JobEvent.warning(verdict.reason(), verdict.message());
  }

  /** The end of a hold in place was told with its cause; one that goes on began no run. */
  private static Optional<JobEvent> phase(Phase before, TrainingJobStatus after) {
    var receipt = after.pause().flatMap(PauseStatus::receipt);
    if (before != Phase.HELD || receipt.isEmpty()) return Optional.of(phase(after));
    if (after.phase() == Phase.RUNNING) return receipt.map(Announcements::goesOn);
    return when(after.phase() != Phase.PAUSING, phase(after));
  }

  private static JobEvent goesOn(Receipt held) {
    return JobEvent.normal(
        "Running", "Goes on from memory with step " + (held.step() + 1) + ", in the same run.");
  }

  private static JobEvent phase(TrainingJobStatus status) {
    var run = status.run().map(RunStatus::number).orElse(0L);
    return switch (status.phase()) {
      case PENDING -> JobEvent.normal("Pending", "Waits for its first run.");
      case STARTING -> JobEvent.normal("Starting", Readiness.starting(status));
      case RUNNING -> JobEvent.normal("Running", "Run " + run + " is training.");
      case PAUSING ->
          JobEvent.normal(
              "Pausing", "Saving a checkpoint; compute is released once it is verified.");
      case HELD -> JobEvent.normal("Held", message(status, ConditionType.PAUSED));
      case PAUSED -> JobEvent.normal("Paused", message(status, ConditionType.PAUSED));
      case RECOVERING -> ended(status.recovery().lastEnd());
      case SUCCEEDED -> JobEvent.normal("Succeeded", message(status, ConditionType.READY));
      case FAILED -> JobEvent.warning("Failed", message(status, ConditionType.FAILED));
    };
  }

  /** Under the reason of the end itself: that is what one looks for. */
  private static JobEvent ended(Optional<Problem> how) {
    if (how.isEmpty()) return JobEvent.normal("Recovering", "Goes on after it was mended.");
    return how.get().reason().equals(Recovery.TEMPLATE_CHANGED)
        ? JobEvent.normal(how.get().reason(), how.get().message())
        : JobEvent.warning(how.get().reason(), how.get().message());
  }

  private static String message(TrainingJobStatus status, ConditionType type) {
    return status.condition(type).map(Condition::message).orElse("");
  }
}
