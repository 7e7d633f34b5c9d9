package dev.intermission.operator.plan.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One pod of a run.
 *
 * @param containers the trainer, the agent and the user's others, as the kubelet last reported
 *     them; empty before it did
 */
public record Worker(Id id, Placement placement, PodState state, List<Container> containers) {

  /** The user's container that trains. */
  public static final String TRAINER = "trainer";

  /** Ours, that saves and restores. */
  public static final String AGENT = "agent";

  public Worker {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(placement, "placement");
    Objects.requireNonNull(state, "state");
    containers = List.copyOf(containers);
  }

  /** Which pod; the uid is its identity, the name may come again. */
  public record Id(long run, int rank, String podName, String uid) {}

  /** Where it is. */
  public sealed interface Placement {

    /**
     * It never had a node, so it holds no compute.
     *
     * @param why the scheduler's message, empty when it has not looked yet
     */
    record Unscheduled(String why) implements Placement {}

    /** It has a node; {@code ip} once it has a network. */
    record OnNode(Node node, Optional<String> ip) implements Placement {}
  }

  /**
   * A node as its conditions and taints say.
   *
   * @param since when it became so
   * @param leaving who announced that this node goes away and takes the pod with it; absent for a
   *     pod that tolerates it
   * @param spot what is known of the end of spot capacity; absent for a node of another kind
   */
  public record Node(
      String name,
      Readiness readiness,
      Instant since,
      Optional<String> leaving,
      Optional<Spot> spot) {

    /** A node that stays. */
    public Node(String name, Readiness readiness, Instant since) {
      this(name, readiness, since, Optional.empty());
    }

    /** One that is not spot capacity. */
    public Node(String name, Readiness readiness, Instant since, Optional<String> leaving) {
      this(name, readiness, since, leaving, Optional.empty());
    }

    /** The same node, as far as one pod is concerned. */
    public Node withLeaving(Optional<String> announced) {
      return new Node(name, readiness, since, announced, spot);
    }

    /** The same node, which its provider may take back. */
    public Node withSpot(Optional<Spot> known) {
      return new Node(name, readiness, since, leaving, known);
    }
  }

  /**
   * Capacity that its provider may take back.
   *
   * @param notice how long an ordinary pod has between the notice and the end
   */
  public record Spot(String provider, Duration notice) {}

  /** Whether the kubelet of a node can be believed. */
  public enum Readiness {
    READY,
    /** Ready is False or Unknown: what its pods do is not known. */
    NOT_READY,
    /** The Node object is gone. */
    GONE
  }

  /**
   * @param graceEndsAt its deletionTimestamp (which is when the grace ends); absent while nobody
   *     deletes it
   * @param disruption reason of its DisruptionTarget condition
   */
  public record PodState(
      Phase phase, Optional<Instant> graceEndsAt, Optional<Disruption> disruption) {}

  /** {@code status.phase} of the pod. */
  public enum Phase {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }

  /**
   * Who ended the pod.
   *
   * @param reason as Kubernetes says it: TerminationByKubelet, EvictionByEvictionAPI,
   *     PreemptionByScheduler, DeletionByTaintManager, DeletionByPodGC
   */
  public record Disruption(String reason, String message) {

    /**
     * A kubelet evicts for disk or memory, and would do it again: that counts as the trainer's
     * failure.
     */
    public boolean byKubelet() {
      return reason.equals("TerminationByKubelet");
    }
  }

  /** A container and what it does. */
  public record Container(String name, ContainerState state) {}

  /** The kubelet's word. */
  public sealed interface ContainerState {

    /**
     * Not started; the reason is ContainerCreating, ImagePullBackOff, CreateContainerConfigError
     * and so on.
     */
    record Waiting(String reason, String message) implements ContainerState {}

    /** Started and not ended. */
    record Running(Instant since) implements ContainerState {}

    /**
     * Ended; the reason is Completed, Error, OOMKilled and so on.
     *
     * @param message what it left to be read, or the end of its log; empty where there is neither
     */
    record Ended(int exitCode, String reason, String message, Instant at)
        implements ContainerState {

      /** Without a message. */
      public Ended(int exitCode, String reason, Instant at) {
        this(exitCode, reason, "", at);
      }

      /** The last line that says something, cut to what a condition can show. */
      public Optional<String> lastWords() {
        return message
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .reduce((_, later) -> later)
            .map(line -> line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line);
      }

      private static final int LONGEST = 400;
    }
  }

  /** The trainer's state, once the kubelet reported one. */
  public Optional<ContainerState> trainer() {
    return containers.stream()
        .filter(container -> container.name().equals(TRAINER))
        .map(Container::state)
        .findFirst();
  }

  /** Whether this pod can hold no compute any more: it is over, or it never had a node [21]. */
  public boolean released() {
    return placement instanceof Placement.Unscheduled || terminal();
  }

  /** Whether it may hold compute and nobody asked it to end. */
  public boolean stays() {
    return !released() && state.graceEndsAt().isEmpty();
  }

  /** Whether all its containers ended. */
  public boolean terminal() {
    return switch (state.phase()) {
      case SUCCEEDED, FAILED -> true;
      case PENDING, RUNNING, UNKNOWN ->
          !containers.isEmpty()
              && containers.stream()
                  .allMatch(container -> container.state() instanceof ContainerState.Ended);
    };
  }

  /** The node, if it has one. */
  public Optional<Node> node() {
    return switch (placement) {
      case Placement.OnNode(var node, _) -> Optional.of(node);
      case Placement.Unscheduled _ -> Optional.empty();
    };
  }

  /**
   * Whether its node's kubelet cannot be asked: it may run for ever, and the API server would not
   * know.
   */
  public boolean unreachable() {
    return node().filter(node -> node.readiness() != Readiness.READY).isPresent();
  }
}
