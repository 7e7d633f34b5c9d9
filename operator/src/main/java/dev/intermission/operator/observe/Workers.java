package dev.intermission.operator.observe;

import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import dev.intermission.operator.plan.observation.Worker.Disruption;
import dev.intermission.operator.plan.observation.Worker.Placement;
import dev.intermission.operator.plan.observation.Worker.PodState;
import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a pod as a worker. Pure. */
final class Workers {
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";

  /** What the kubelet says of every container that has not started yet. */
  private static final Set<String> NO_REASON = Set.of("", "ContainerCreating", "PodInitializing");

  private Workers() {}

  /** {@code nodes} knows a node by its name. */
  static Worker of(
      Pod pod, Function<String, Nodes.Known> nodes, Graces.OfJob graces, Complaints complaints) {
    return new Worker(
        id(pod), placement(pod, nodes), state(pod, graces), containers(pod, complaints));
  }

  private static Worker.Id id(Pod pod) {
    var meta = pod.getMetadata();
    var rank = meta.getAnnotations() == null ? null : meta.getAnnotations().get(INDEX);
    return new Worker.Id(
        Long.parseLong(meta.getLabels().get(Labels.RUN)),
        rank == null ? 0 : Integer.parseInt(rank),
        meta.getName(),
        meta.getUid());
  }

  private static Placement placement(Pod pod, Function<String, Nodes.Known> nodes) {
    var node = pod.getSpec().getNodeName();
    return node == null || node.isEmpty()
        ? new Placement.Unscheduled(
            condition(pod, "PodScheduled").map(PodCondition::getMessage).orElse(""))
        : new Placement.OnNode(
            node(pod, nodes.apply(node)),
            Optional.ofNullable(pod.getStatus().getPodIP()).filter(ip -> !ip.isEmpty()));
  }

  private static Worker.Node node(Pod pod, Nodes.Known known) {
    return known.node().withLeaving(Notices.given(known.notices(), pod.getSpec().getTolerations()));
  }

  private static PodState state(Pod pod, Graces.OfJob graces) {
    return new PodState(
        switch (String.valueOf(pod.getStatus().getPhase())) {
          case "Running" -> Worker.Phase.RUNNING;
          case "Succeeded" -> Worker.Phase.SUCCEEDED;
          case "Failed" -> Worker.Phase.FAILED;
          case "Unknown" -> Worker.Phase.UNKNOWN;
          default -> Worker.Phase.PENDING; // also before the kubelet wrote any
        },
        graces.end(pod),
        condition(pod, "DisruptionTarget")
            .filter(condition -> "True".equals(condition.getStatus()))
            .map(c -> new Disruption(text(c.getReason()), text(c.getMessage()))));
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .findFirst();
  }

  private static List<Worker.Container> containers(Pod pod, Complaints complaints) {
    return Stream.concat(
            pod.getStatus().getInitContainerStatuses().stream(),
            pod.getStatus().getContainerStatuses().stream())
        .map(
            status ->
                new Worker.Container(
                    status.getName(),
                    explained(
                        state(status),
                        complaints.ofContainer(pod.getMetadata().getUid(), status.getName()))))
        .toList();
  }

  /** A container that waits without a reason of its own has the one that was complained about. */
  private static ContainerState explained(
      ContainerState state, Optional<ContainerState.Waiting> complaint) {
    return state instanceof ContainerState.Waiting(var reason, _) && NO_REASON.contains(reason)
        ? complaint.<ContainerState>map(known -> known).orElse(state)
        : state;
  }

  private static ContainerState state(ContainerStatus status) {
    var state = status.getState();
    if (state != null && state.getTerminated() != null) {
      var ended = state.getTerminated();
      return new ContainerState.Ended(
          ended.getExitCode() == null ? -1 : ended.getExitCode(),
          text(ended.getReason()),
          text(ended.getMessage()),
          instant(ended.getFinishedAt()));
    }
    if (state != null && state.getRunning() != null) {
      return new ContainerState.Running(instant(state.getRunning().getStartedAt()));
    }
    return state != null && state.getWaiting() != null
        ? new ContainerState.Waiting(
            text(state.getWaiting().getReason()), text(state.getWaiting().getMessage()))
        : new ContainerState.Waiting("", "");
  }

  private static Instant instant(String text) {
    return text == null ? Instant.EPOCH : Instant.parse(text);
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
