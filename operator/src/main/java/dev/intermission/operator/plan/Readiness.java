package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.Conditions.Finding;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import java.util.Optional;

/** Why a job trains or does not, in one reason and one sentence that names the field to mend. */
final class Readiness {

  private Readiness() {}

  static Finding of(Pass pass) {
    return switch (pass.status().phase()) {
      case SUCCEEDED -> yes("Finished", "Training is complete" + lastStep(pass) + ".");
      case PAUSED -> paused(pass);
      case FAILED -> no("Failed", lastEnd(pass).orElse("Training failed."));
      case PENDING ->
          blocked(pass)
              .orElseGet(
                  () ->
                      no(
                          "Preparing",
                          "Looking at the store and the template before the first run."));
      case RECOVERING -> blocked(pass).orElseGet(() -> no("Recovering", recovering(pass)));
      case STARTING ->
          Trouble.of(pass)
              .or(() -> blocked(pass))
              .or(() -> Queued.said(pass))
              .orElseGet(() -> no("Starting", starting(pass.status())));
      case RUNNING ->
          pass.runEnded()
              ? yes("Finishing", "The trainer is done; its last checkpoint is being verified.")
              : Trouble.of(pass)
                  .orElseGet(() -> yes("Training", "Run " + pass.run() + " is training."));
      case PAUSING ->
          Trouble.of(pass)
              .orElseGet(() -> no("Pausing", "The pause saves, verifies and then releases."));
      case HELD ->
          Trouble.of(pass).orElseGet(() -> yes(Conditions.HELD_IN_PLACE, Held.message(pass)));
    };
  }

  private static String lastStep(Pass pass) {
    return pass.status()
        .checkpoint()
        .map(last -> " after step " + last.step() + ", and its last checkpoint is verified")
        .orElse("");
  }

  private static String kept(Pass pass) {
    return pass.status()
        .pause()
        .flatMap(PauseStatus::receipt)
        .map(receipt -> "Step " + receipt.step() + " is saved and verified.")
        .orElse("Nothing was trained yet that would have to be saved.");
  }

  /** How the newest run begins. */
  static String starting(TrainingJobStatus status) {
    var from = status.run().flatMap(RunStatus::resumedFrom).map(ManifestStatus::step);
    return "Run "
        + status.run().map(RunStatus::number).orElse(0L)
        + from.map(step -> " continues from checkpoint " + step + ".")
            .orElse(" starts from the beginning.");
  }

  private static String recovering(Pass pass) {
    var last = lastEnd(pass).orElse("The last run ended.");
    return pass.status()
        .recovery()
        .nextRunAt()
        .map(at -> last + " Next run at " + at + ".")
        .orElse(last);
  }

  private static Optional<String> lastEnd(Pass pass) {
    return pass.status().recovery().lastEnd().map(Problem::message);
  }

  /** What keeps the next run from beginning. */
  private static Optional<Finding> blocked(Pass pass) {
    var template = pass.seen().template().verdict();
    return switch (template.orElse(null)) {
      case Verdict.Refused(var reason, var message) -> Optional.of(no(reason, message));
      case Verdict.Undecided(var reason, var message) -> Optional.of(no(reason, message.value()));
      case Verdict.Accepted _ -> store(pass);
      case null -> store(pass);
    };
  }

  private static Optional<Finding> store(Pass pass) {
    return storage(pass)
        .map(message -> no("StorageNotReady", message))
        .or(() -> startingPoint(pass))
        .or(() -> damaged(pass));
  }

  private static Finding paused(Pass pass) {
    var waiting = pass.spec().paused() ? Optional.<Finding>empty() : blocked(pass);
    return waiting.orElseGet(() -> yes("Paused", "Paused as wanted; nothing runs. " + kept(pass)));
  }

  /** A job between two runs that shall begin from what cannot be used. */
  private static Optional<Finding> startingPoint(Pass pass) {
    return pass.status().phase() == Phase.STARTING
        ? Optional.empty()
        : StartingPoint.problem(pass).map(why -> no(why.reason(), why.message()));
  }

  /** A job between two runs whose newest checkpoint cannot be restored. */
  private static Optional<Finding> damaged(Pass pass) {
    return pass.status().phase() == Phase.STARTING
        ? Optional.empty()
        : DamageReport.of(pass).map(found -> no("CheckpointDamaged", found.message()));
  }

  private static Optional<String> storage(Pass pass) {
    var problem = pass.seen().storage().problem().map(Seen::value).map(known -> known.message());
    return pass.headMissing() ? problem.or(() -> Optional.of(Conditions.missing(pass))) : problem;
  }

  private static Finding yes(String reason, String message) {
    return new Finding(ConditionType.READY, ConditionStatus.TRUE, reason, message);
  }

  private static Finding no(String reason, String message) {
    return new Finding(ConditionType.READY, ConditionStatus.FALSE, reason, message);
  }
}
