package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.operator.plan.Conditions.Finding;
import java.util.Optional;

/**
 * What is said about {@code spec.resumeFrom}: what it waits for, or which run it was applied by.
 */
final class StartingPointReport {

  private StartingPointReport() {}

  static Optional<Finding> of(Pass pass) {
    var wish = pass.status().resumeFrom();
    if (wish.isEmpty()) {
      return pass.status()
          .condition(ConditionType.RESUME_FROM_APPLIED)
          .map(_ -> finding(ConditionStatus.FALSE, "NotWanted", ""));
    }
    var applied = wish.get().appliedInRun();
    if (applied.isPresent()) return Optional.of(applied(applied.get(), wish.get()));
    if (pass.status().phase() == Phase.SUCCEEDED) return Optional.of(tooLate());
    return Optional.of(
        StartingPoint.problem(pass)
            .map(why -> finding(ConditionStatus.FALSE, why.reason(), why.message()))
            .orElseGet(() -> waiting(pass, wish.get())));
  }

  private static Finding applied(long run, RollbackStatus wish) {
    return finding(
        ConditionStatus.TRUE,
        "Applied",
        "Run "
            + run
            + wish.checkpoint()
                .map(ManifestStatus::step)
                .map(step -> " began from checkpoint " + step)
                .orElse(" began from it")
            + wish.origin().map(from -> ", copied from " + from).orElse("")
            + "; spec.resumeFrom may stay, and means nothing more until it changes.");
  }

  private static Finding tooLate() {
    return finding(
        ConditionStatus.FALSE,
        "JobSucceeded",
        "spec.resumeFrom: this job has succeeded and begins no other run. Create another"
            + " TrainingJob to train on from one of its checkpoints.");
  }

  private static Finding waiting(Pass pass, RollbackStatus wish) {
    if (wish.checkpoint().isEmpty())
      return finding(ConditionStatus.UNKNOWN, "Looking", looking(wish));
    var next = "The next run begins from checkpoint " + wish.checkpoint().get().step() + ".";
    if (pass.run() == 0 && !pass.spec().paused())
      return finding(ConditionStatus.UNKNOWN, "Waiting", next);
    return finding(
        ConditionStatus.UNKNOWN,
        "Waiting",
        pass.spec().paused()
            ? next + " Set spec.paused to false to begin it."
            : next + " The one that trains is saved and ended first.");
  }

  private static String looking(RollbackStatus wish) {
    var own = wish.resumeFrom().job().isEmpty() && wish.resumeFrom().uri().isEmpty();
    return own
        ? "The store is searched for it."
        : "It is looked for and copied to this job's own place; that takes as long as its bytes.";
  }

  private static Finding finding(ConditionStatus status, String reason, String message) {
    return new Finding(ConditionType.RESUME_FROM_APPLIED, status, reason, message);
  }
}
