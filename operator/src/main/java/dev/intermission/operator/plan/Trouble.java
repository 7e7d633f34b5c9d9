package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Rejection;
import dev.intermission.control.Restored;
import dev.intermission.operator.plan.Conditions.Finding;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What keeps a worker from training, in the words of whoever can mend it: a field of the job, a
 * value of the installation's chart, or the cluster.
 */
final class Trouble {

  /** Reasons that wait for a person. */
  static final Set<String> REASONS =
      Set.of(
          "ImagePullFailed",
          "ContainerConfigError",
          "VolumeNotMounted",
          "AgentUnreachable",
          "SigningKeyChanged",
          "AgentProblem",
          "RestoreProblem",
          "PodsNotCreated",
          "Unschedulable");

  private static final String UNKNOWN_KEY = Rejection.UNKNOWN_KEY.problem().reason();

  private static final Set<String> PULL =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  private static final Set<String> CONFIG =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  /** Two polls may fail, while an agent starts or a network hiccups, before anybody is told. */
  private static final Duration MAY_BE_SILENT = Duration.ofSeconds(6);

  private Trouble() {}

  /** The first trouble of the newest run. */
  static Optional<Finding> of(Pass pass) {
    return notCreated(pass)
        .or(() -> pass.workers().stream().flatMap(worker -> of(pass, worker).stream()).findFirst());
  }

  private static Optional<Finding> notCreated(Pass pass) {
    if (!pass.workers().isEmpty()) return Optional.empty();
    return pass.childJob()
        .flatMap(ChildJob::complaint)
        .map(
            why ->
                no(
                    "PodsNotCreated",
                    "The pods of Job "
                        + pass.seen().subject().childJob(pass.run())
                        + " are refused: "
                        + why
                        + " Mend what it names in spec.template, or the quota or policy of this"
                        + " namespace."));
  }

  private static Optional<Finding> of(Pass pass, Worker worker) {
    var containers =
        worker.containers().stream().flatMap(container -> waiting(worker, container).stream());
    return Stream.of(containers, agent(pass, worker).stream(), unscheduled(worker).stream())
        .flatMap(found -> found)
        .findFirst();
  }

  private static Optional<Finding> waiting(Worker worker, Worker.Container container) {
    if (!(container.state() instanceof ContainerState.Waiting(var reason, var message)))
      return Optional.empty();
    var where = "container " + container.name() + " of pod " + worker.id().podName();
    var said = message.isEmpty() ? "" : " The kubelet says: " + message;
    if (PULL.contains(reason)) {
      return Optional.of(
          no(
              "ImagePullFailed",
              "The image of "
                  + where
                  + " cannot be had ("
                  + reason
                  + "): "
                  + imageRemedy(container.name())
                  + said));
    }
    if (reason.equals("FailedMount")) {
      return Optional.of(
          no(
              "VolumeNotMounted",
              "A volume of pod "
                  + worker.id().podName()
                  + " cannot be mounted: create what is missing, or mend spec.template.spec.volumes"
                  + " or spec.checkpoint.storage.s3, whichever names it."
                  + said));
    }
    if (CONFIG.contains(reason)) {
      return Optional.of(
          no(
              "ContainerConfigError",
              "Cannot start "
                  + where
                  + " ("
                  + reason
                  + "): "
                  + configRemedy(container.name())
                  + said));
    }
    return Optional.empty();
  }

  /** The agent's image is the installation's: no field of the job could mend it. */
  private static String imageRemedy(String container) {
    return container.equals(Worker.AGENT)
        ? "set the Helm values agent.image.repository and agent.image.tag of the Intermission"
            + " installation, or spec.template.spec.imagePullSecrets if its registry wants a login."
        : "set spec.template.spec.containers[name="
            + container
            + "].image or spec.template.spec.imagePullSecrets.";
  }

  private static String configRemedy(String container) {
    return container.equals(Worker.AGENT)
        ? "create the Secret that spec.checkpoint.storage.s3.credentialsSecret (or the Helm value"
            + " s3.jobSecret) names in this namespace, with the keys AWS_ACCESS_KEY_ID and"
            + " AWS_SECRET_ACCESS_KEY."
        : "mend spec.template.spec.containers[name="
            + container
            + "], or create the Secret or ConfigMap that it names.";
  }

  private static Optional<Finding> unscheduled(Worker worker) {
    return worker.placement() instanceof Worker.Placement.Unscheduled(var why) && !why.isEmpty()
        ? Optional.of(
            no(
                "Unschedulable",
                "Pod "
                    + worker.id().podName()
                    + " waits for a node: "
                    + why
                    + " Wait, add such a node, or ask for less in"
                    + " spec.template.spec.containers[name=trainer].resources."))
        : Optional.empty();
  }

  private static Optional<Finding> agent(Pass pass, Worker worker) {
    var pod = "Pod " + worker.id().podName() + ": ";
    var agent = pass.agent(worker);
    var restore =
        agent
            .map(AgentStatus::restored)
            .filter(found -> found.state() != Restored.State.RESTORED)
            .flatMap(Restored::problem);
    if (restore.isPresent())
      return Optional.of(no("RestoreProblem", pod + restore.get().message()));
    var problem = agent.flatMap(AgentStatus::problem);
    if (problem.isPresent()) {
      var trains = agent.flatMap(AgentStatus::progress).isPresent();
      return Optional.of(
          new Finding(
              ConditionType.READY,
              trains ? ConditionStatus.TRUE : ConditionStatus.FALSE,
              "AgentProblem",
              pod + problem.get().message()));
    }
    return silent(pass, worker) ? Optional.of(unheard(pass, worker)) : Optional.empty();
  }

  /** An agent that answers, but does not believe us, has a remedy of its own. */
  private static Finding unheard(Pass pass, Worker worker) {
    return pass.report(worker)
        .failure()
        .filter(failure -> failure.value().reason().equals(UNKNOWN_KEY))
        .map(_ -> otherKey(worker))
        .orElseGet(() -> unreachable(worker));
  }

  private static Finding otherKey(Worker worker) {
    return new Finding(
        ConditionType.READY,
        ConditionStatus.UNKNOWN,
        "SigningKeyChanged",
        "Pod "
            + worker.id().podName()
            + " was started under another signing key of the operator and believes only that one:"
            + " it trains and saves on, but cannot be paused. Delete the pod, which saves on its"
            + " way out, and the next run knows the new key; or bring the old key's Secret back.");
  }

  private static Finding unreachable(Worker worker) {
    return new Finding(
        ConditionType.READY,
        ConditionStatus.UNKNOWN,
        "AgentUnreachable",
        "The agent of pod "
            + worker.id().podName()
            + " does not answer: whether it trains is not known, and it cannot be paused. Allow"
            + " port "
            + AgentEnvironment.DEFAULT_PORT
            + " from the operator in the NetworkPolicies of this namespace.");
  }

  /** Whether an agent that should answer has not for some time; one that is leaving need not. */
  private static boolean silent(Pass pass, Worker worker) {
    var failure = pass.report(worker).failure();
    if (failure.isEmpty()
        || worker.state().graceEndsAt().isPresent()
        || !(worker.trainer().orElse(null) instanceof ContainerState.Running(var since)))
      return false;
    var heard =
        Stream.concat(
                pass.report(worker).status().map(Seen::at).stream(),
                pass.report(worker).save().map(Seen::at).stream())
            .max(Instant::compareTo)
            .orElse(since);
    return !failure.get().at().isBefore(heard.plus(MAY_BE_SILENT));
  }

  private static Finding no(String reason, String message) {
    return new Finding(ConditionType.READY, ConditionStatus.FALSE, reason, message);
  }
}
