package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Restored;
import dev.intermission.operator.plan.Conditions.Finding;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Why a job trains or does not, in one reason and one sentence that names the field to mend. */
final class Readiness {

  /** Reasons that wait for a person. */
  static final Set<String> TROUBLE =
      Set.of(
          "ImagePullFailed",
          "ContainerConfigError",
          "TemplateRefused",
          "StorageNotReady",
          "AgentUnreachable",
          "AgentProblem",
          "RestoreProblem",
          "Unschedulable");

  private static final Set<String> PULL =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  private static final Set<String> CONFIG =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  private Readiness() {}

  static Finding of(Pass pass) {
    return switch (pass.status().phase()) {
      case SUCCEEDED -> yes("Finished", "Training is complete.");
      case PAUSED -> yes("Paused", "Paused as wanted; nothing runs.");
      case FAILED ->
          no(
              "Failed",
              pass.status().recovery().lastEnd().map(Problem::message).orElse("Training failed."));
      case PENDING ->
          blocked(pass)
              .orElseGet(
                  () ->
                      no(
                          "Preparing",
                          "Looking at the store and the template before the first run."));
      case RECOVERING -> blocked(pass).orElseGet(() -> no("Recovering", recovering(pass)));
      case STARTING ->
          trouble(pass)
              .or(() -> blocked(pass))
              .orElseGet(() -> no("Starting", "Run " + pass.run() + " is starting."));
      case RUNNING ->
          trouble(pass).orElseGet(() -> yes("Training", "Run " + pass.run() + " is training."));
      case PAUSING ->
          trouble(pass)
              .orElseGet(() -> no("Pausing", "The pause saves, verifies and then releases."));
    };
  }

  private static String recovering(Pass pass) {
    var last =
        pass.status().recovery().lastEnd().map(Problem::message).orElse("The last run ended.");
    return pass.status()
        .recovery()
        .nextRunAt()
        .map(at -> last + " Next run at " + at + ".")
        .orElse(last);
  }

  /** What keeps the next run from beginning. */
  private static Optional<Finding> blocked(Pass pass) {
    var template = pass.seen().template().verdict();
    if (template.isPresent() && template.get() instanceof Verdict.Refused(_, var message))
      return Optional.of(no("TemplateRefused", message));
    return storage(pass).map(message -> no("StorageNotReady", message));
  }

  private static Optional<String> storage(Pass pass) {
    var problem = pass.seen().storage().problem().map(Seen::value).map(known -> known.message());
    return pass.headMissing() ? problem.or(() -> Optional.of(Conditions.missing(pass))) : problem;
  }

  private static Optional<Finding> trouble(Pass pass) {
    return pass.workers().stream().flatMap(worker -> trouble(pass, worker).stream()).findFirst();
  }

  private static Optional<Finding> trouble(Pass pass, Worker worker) {
    var pod = worker.id().podName();
    var containers =
        worker.containers().stream().flatMap(container -> waiting(pod, container).stream());
    return Stream.of(
            containers, agent(pass, worker, pod).stream(), unscheduled(worker, pod).stream())
        .flatMap(found -> found)
        .findFirst();
  }

  private static Optional<Finding> waiting(String pod, Worker.Container container) {
    if (!(container.state() instanceof ContainerState.Waiting(var reason, var message)))
      return Optional.empty();
    var where = "container " + container.name() + " of pod " + pod + " (" + reason + ")";
    if (PULL.contains(reason)) {
      return Optional.of(
          no(
              "ImagePullFailed",
              "The image of "
                  + where
                  + " cannot be had: set spec.template.spec.containers[name="
                  + container.name()
                  + "].image or its imagePullSecrets."));
    }
    if (CONFIG.contains(reason)) {
      return Optional.of(
          no(
              "ContainerConfigError",
              "Cannot start "
                  + where
                  + ": "
                  + message
                  + ". Mend what spec.template or spec.checkpoint.storage.s3.credentialsSecret"
                  + " names."));
    }
    return Optional.empty();
  }

  private static Optional<Finding> unscheduled(Worker worker, String pod) {
    return worker.placement() instanceof Worker.Placement.Unscheduled(var why) && !why.isEmpty()
        ? Optional.of(no("Unschedulable", "Pod " + pod + " waits for a node: " + why))
        : Optional.empty();
  }

  private static Optional<Finding> agent(Pass pass, Worker worker, String pod) {
    var agent = pass.agent(worker);
    var restore =
        agent
            .map(AgentStatus::restored)
            .filter(found -> found.state() != Restored.State.RESTORED)
            .flatMap(Restored::problem);
    if (restore.isPresent())
      return Optional.of(no("RestoreProblem", "Pod " + pod + ": " + restore.get().message()));
    var problem = agent.flatMap(AgentStatus::problem);
    if (problem.isPresent())
      return Optional.of(
          new Finding(
              ConditionType.READY,
              agent.flatMap(AgentStatus::progress).isPresent()
                  ? ConditionStatus.TRUE
                  : ConditionStatus.FALSE,
              "AgentProblem",
              "Pod " + pod + ": " + problem.get().message()));
    var silent =
        pass.status().phase() != Phase.STARTING && pass.report(worker).failure().isPresent();
    return silent
        ? Optional.of(
            new Finding(
                ConditionType.READY,
                ConditionStatus.UNKNOWN,
                "AgentUnreachable",
                "The agent of pod "
                    + pod
                    + " does not answer. Allow port 8771 from the operator in the NetworkPolicies"
                    + " of this namespace."))
        : Optional.empty();
  }

  private static Finding yes(String reason, String message) {
    return new Finding(ConditionType.READY, ConditionStatus.TRUE, reason, message);
  }

  private static Finding no(String reason, String message) {
    return new Finding(ConditionType.READY, ConditionStatus.FALSE, reason, message);
  }
}
