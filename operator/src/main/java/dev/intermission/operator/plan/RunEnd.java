package dev.intermission.operator.plan;

import dev.intermission.control.AgentStatus;
import dev.intermission.control.Restored;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How the newest run is over, if it is. One lost worker ends the run of all. */
sealed interface RunEnd {

  /** The trainer ended by itself with an error, and not for want of memory. */
  String TRAINER_FAILED = "TrainerFailed";

  /**
   * The trainer will not go on from this checkpoint as it was started (exit code 78, a
   * configuration error, as in sysexits.h): the checkpoint is not at fault, so it never becomes
   * suspect.
   */
  String RESUME_REFUSED = "ResumeRefused";

  int REFUSED_RESUME = 78;

  /** A node may be away this long (a kubelet restarts) before its pods are believed lost. */
  Duration NODE_MAY_BE_AWAY = Duration.ofSeconds(40);

  /** Training, or not started yet. */
  record NotOver() implements RunEnd {}

  /**
   * Somebody deletes a pod whose kubelet answers: its drain hook may still commit, so it is waited
   * for [15].
   */
  record Draining(Instant until) implements RunEnd {}

  /**
   * Its Job is suspended, and whoever still runs is on its way out, with a hook that saves. Not its
   * end: it goes on in the same run when the Job does.
   */
  record Suspended() implements RunEnd {}

  /** The trainer's own doing: counts against {@code spec.restarts.limit}. */
  record Failed(String reason, String message) implements RunEnd {}

  /** Done to it from outside: does not count. */
  record Disrupted(String reason, String message) implements RunEnd {}

  /** Every trainer exited 0: succeeded if and only if HEAD's manifest says so [18]. */
  record Exited() implements RunEnd {}

  static RunEnd of(Pass pass) {
    var job = pass.childJob();
    var suspended = job.filter(known -> known.state() == ChildJob.State.SUSPENDED).isPresent();
    var workers =
        pass.workers().stream().filter(worker -> !suspended || !sentAway(worker)).toList();
    if (workers.isEmpty()) return withoutPods(pass, job);
    var ends = workers.stream().map(worker -> of(pass, worker)).toList();
    if (lacksARank(pass, job, ends)) return podsGone(pass);
    return pick(ends).orElseGet(() -> isDeleted(pass, job) ? deleted(pass) : new NotOver());
  }

  /** Deleted as its Job was suspended, by a kubelet that answers. */
  private static boolean sentAway(Worker worker) {
    return worker.state().graceEndsAt().isPresent() && !worker.unreachable();
  }

  /**
   * A Job that was never seen is not a deleted one: its pods come by another watch, which may be
   * ahead.
   */
  private static boolean isDeleted(Pass pass, Optional<ChildJob> job) {
    return job.map(seen -> seen.state() == ChildJob.State.DELETING)
        .orElseGet(() -> pass.status().run().flatMap(run -> run.jobUid()).isPresent());
  }

  /**
   * What ended first explains the rest. Who drains delays the verdict only when nothing is over
   * yet: without the others it has nothing to commit, and would wait for them to the end of its
   * grace.
   */
  private static Optional<RunEnd> pick(List<RunEnd> ends) {
    if (ends.stream().allMatch(Exited.class::isInstance)) return Optional.of(new Exited());
    return ends.stream()
        .filter(end -> !(end instanceof NotOver) && !(end instanceof Exited))
        .min(Comparator.comparingInt(RunEnd::weight));
  }

  private static int weight(RunEnd end) {
    return switch (end) {
      case Suspended _ -> 0;
      case Disrupted _ -> 1;
      case Failed _ -> 2;
      case Draining _ -> 3;
      case Exited _ -> 4;
      case NotOver _ -> 5;
    };
  }

  private static RunEnd withoutPods(Pass pass, Optional<ChildJob> job) {
    if (job.isEmpty()) return isDeleted(pass, job) ? deleted(pass) : new NotOver();
    return switch (job.get().state()) {
      case ACTIVE -> new NotOver();
      case SUSPENDED -> new Suspended();
      case COMPLETE -> new Exited();
      case FAILING, FAILED -> podsGone(pass);
      case DELETING -> deleted(pass);
    };
  }

  /**
   * A rank of a gang was removed before anybody saw how it ended, and the others are ended for it:
   * without its part they have nothing to commit.
   */
  private static boolean lacksARank(Pass pass, Optional<ChildJob> job, List<RunEnd> ends) {
    return job.filter(seen -> seen.state() == ChildJob.State.FAILING).isPresent()
        && pass.workers().size() < pass.spec().workers()
        && ends.stream().allMatch(end -> end instanceof Draining || end instanceof NotOver);
  }

  private static RunEnd podsGone(Pass pass) {
    return new Disrupted(
        "PodsGone",
        "Pods of run " + pass.run() + " were removed before anybody saw how they ended.");
  }

  private static RunEnd deleted(Pass pass) {
    var living =
        pass.workers().stream()
            .filter(worker -> !worker.released() && !worker.unreachable())
            .toList();
    var until =
        living.stream()
            .flatMap(worker -> worker.state().graceEndsAt().stream())
            .max(Comparator.naturalOrder());
    if (!living.isEmpty() && until.filter(pass.now()::isAfter).isEmpty())
      return new Draining(until.orElse(pass.now().plus(Draft.SAFETY)));
    return new Disrupted(
        "ChildJobDeleted",
        "Somebody deleted the child Job " + pass.seen().subject().childJob(pass.run()) + ".");
  }

  private static RunEnd of(Pass pass, Worker worker) {
    var name = worker.id().podName();
    if (worker.unreachable() && !worker.terminal()) return unreachable(pass, worker);
    var fenced = pass.agent(worker).filter(AgentStatus::fenced).isPresent();
    if (fenced)
      return new Disrupted(
          "WriterFenced", "Pod " + name + " lost its right to write to a newer writer.");
    var restore =
        pass.agent(worker)
            .map(AgentStatus::restored)
            .filter(restored -> restored.state() == Restored.State.FAILED);
    if (restore.isPresent() && !worker.terminal()) {
      var problem = restore.get().problem();
      return new Failed(
          problem.map(known -> known.reason()).orElse("RestoreFailed"),
          problem
              .map(known -> known.message())
              .orElse("Pod " + name + " could not restore its checkpoint."));
    }
    var disruption = worker.state().disruption();
    if (!worker.terminal()) return draining(pass, worker);
    if (disruption.isPresent() && disruption.get().byKubelet())
      return new Failed(
          "EvictedByKubelet",
          "Pod "
              + name
              + " was evicted and would be again: "
              + disruption.get().message()
              + " Raise its limits or sizeLimit.");
    if (disruption.isPresent())
      return new Disrupted(
          disruption.get().reason(), "Pod " + name + ": " + disruption.get().message());
    if (worker.state().graceEndsAt().isPresent())
      return new Disrupted("PodDeleted", "Pod " + name + " was deleted.");
    return switch (worker.trainer().orElse(null)) {
      case ContainerState.Ended ended when ended.exitCode() != 0 -> failed(pass, name, ended);
      case ContainerState.Ended _ -> new Exited();
      case null -> ended(worker);
      case ContainerState.Waiting _ -> ended(worker);
      case ContainerState.Running _ -> ended(worker);
    };
  }

  private static RunEnd failed(Pass pass, String pod, ContainerState.Ended ended) {
    var code = ended.exitCode();
    if (ended.reason().equals("OOMKilled"))
      return new Failed(
          "OOMKilled",
          "The trainer of pod "
              + pod
              + " used more memory than it may and was killed. Raise"
              + " spec.template.spec.containers[name=trainer].resources.limits.memory.");
    return new Failed(
        code == REFUSED_RESUME && pass.startStep() > 0 ? RESUME_REFUSED : TRAINER_FAILED,
        "The trainer of pod %s ended with exit code %d (%s)%s. See: kubectl logs %s -c trainer"
            .formatted(
                pod,
                code,
                code > 128 ? "signal " + (code - 128) : ended.reason(),
                ended.lastWords().map(words -> ", its last words: " + words).orElse(""),
                pod));
  }

  /** Terminal, but the kubelet told nothing about the trainer: it never ran. */
  private static RunEnd ended(Worker worker) {
    return worker.state().phase() == Worker.Phase.SUCCEEDED
        ? new Exited()
        : new Failed(
            "PodFailed",
            "Pod "
                + worker.id().podName()
                + " failed before its trainer ran. See: kubectl describe pod "
                + worker.id().podName());
  }

  private static RunEnd unreachable(Pass pass, Worker worker) {
    var node = worker.node().orElseThrow();
    var until = node.since().plus(NODE_MAY_BE_AWAY);
    if (node.readiness() == Worker.Readiness.NOT_READY && pass.now().isBefore(until))
      return new Draining(until);
    return new Disrupted(
        "NodeLost",
        "Node " + node.name() + " of pod " + worker.id().podName() + " does not answer.");
  }

  private static RunEnd draining(Pass pass, Worker worker) {
    var grace = worker.state().graceEndsAt();
    if (grace.isEmpty()) return new NotOver();
    if (pass.now().isAfter(grace.get()))
      return new Disrupted(
          "PodDeleted", "Pod " + worker.id().podName() + " was deleted and its grace is over.");
    return new Draining(grace.get());
  }
}
