package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Restored;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * A run that is starting or training. It has no deadline: a queue, a long compile or a long step
 * are the user's; every pass looks again.
 */
final class Training {

  /** A pod that changes wakes us; should that be lost, nobody waits longer than this. */
  private static final Duration LOOK_ANYWAY = Duration.ofMinutes(1);

  private Training() {}

  static void plan(Pass pass, Draft draft) {
    if (pass.sealed() && !pass.spec().paused() && !Lifespan.over(pass)) {
      NextRun.begin(
          pass,
          draft,
          NextRun.RESUMED); // a seal for a pause won against a withdrawal: the pause is over, so
      // resume
      return;
    }
    if (Finish.reached(pass) && !pass.sealed()) {
      draft.record(Finish.succeeded(pass));
      return;
    }
    if (pass.runEnded()) {
      Finish.look(pass, draft);
      return;
    }
    switch (RunEnd.of(pass)) {
      case RunEnd.Failed(var reason, _)
          when reason.equals(RunEnd.TRAINER_FAILED) && Stopped.byOrder(pass) ->
          Stopped.record(pass, draft);
      case RunEnd.Failed(var reason, var message) -> Recovery.failed(pass, draft, reason, message);
      case RunEnd.Disrupted(var reason, var message) ->
          Recovery.disrupted(pass, draft, reason, message);
      case RunEnd.Exited() -> Finish.look(pass, draft);
      case RunEnd.Suspended() -> Queued.plan(pass, draft);
      case RunEnd.Draining(var until) -> {
        if (PauseRequest.due(pass, draft)) return;
        draft.wake(until.plusSeconds(1));
        if (!Leaving.plan(pass, draft)) watch(pass, draft);
      }
      case RunEnd.NotOver() -> live(pass, draft);
    }
  }

  private static void live(Pass pass, Draft draft) {
    if (replaceable(pass)) {
      Recovery.mended(pass, draft);
      return;
    }
    if (PauseRequest.due(pass, draft)) return;
    Change.tryPods(pass, draft);
    var job = pass.childJob();
    if (job.isEmpty()) {
      create(pass, draft);
      return;
    }
    var run = pass.status().run().orElseThrow();
    if (run.jobUid().isEmpty())
      draft.record(pass.status().withRun(run.withJobUid(job.get().uid())));
    if (run.queuedAt().isPresent()) Queued.admitted(pass.after(draft), draft);
    if (pass.status().phase() == Phase.STARTING && running(pass))
      draft.record(draft.status().withPhase(Phase.RUNNING));
    if (Leaving.plan(pass, draft)) return;
    watch(pass, draft);
    if (Leaving.notice(pass).isEmpty()) PeriodicSave.plan(pass, draft);
  }

  /** Not again at once after a refusal: whoever refused a create would be asked in a loop. */
  private static void create(Pass pass, Draft draft) {
    var again =
        switch (pass.seen().template().verdict().orElse(null)) {
          case Verdict.Refused _ -> Instant.MAX; // another spec brings another verdict
          case Verdict.Undecided(_, var message) -> message.at().plus(NextRun.LOOK_AGAIN);
          case Verdict.Accepted _ -> pass.now();
          case null -> pass.now();
        };
    if (pass.now().isBefore(again)) {
      draft.wake(again.equals(Instant.MAX) ? pass.now().plus(LOOK_ANYWAY) : again);
      return;
    }
    draft.act(new Action.EnsureService());
    // dies here: created by the next pass, under the same name
    draft.act(new Action.CreateChildJob(pass.run(), pass.head().manifest(), Grace.of(pass)));
    draft.wake(pass.now().plus(Draft.SAFETY));
  }

  private static void watch(Pass pass, Draft draft) {
    Gathering.plan(pass, draft);
    Poll.status(pass, draft);
    draft.wake(pass.now().plus(LOOK_ANYWAY));
    var held = pass.workers().stream().filter(worker -> holds(pass, worker)).toList();
    if (!held.isEmpty() && Leaving.notice(pass).isEmpty()) {
      draft.act(new Action.ContinueTraining(pass.run(), PauseRequest.over(pass.status())));
      if (held.stream().noneMatch(worker -> pass.headSeenAfter(heard(pass, worker))))
        draft.store(pass, new Action.ReadHead()); // sealed meanwhile?
    }
    var waiting =
        pass.workers().stream()
            .flatMap(worker -> pass.agent(worker).stream())
            .anyMatch(Training::waitsForSeal);
    if (waiting && !pass.headSeenAfter(pass.now().minus(Draft.SAFETY)))
      draft.store(pass, new Action.ReadHead());
  }

  private static boolean waitsForSeal(AgentStatus agent) {
    return agent.restored().state() == Restored.State.WAITING_FOR_SEAL;
  }

  /** Whether every worker has what it continues from, and its trainer runs. */
  static boolean running(Pass pass) {
    return !pass.workers().isEmpty()
        && pass.workers().stream()
            .allMatch(
                worker ->
                    worker.trainer().filter(ContainerState.Running.class::isInstance).isPresent()
                        && pass.agent(worker)
                            .filter(agent -> agent.restored().state() == Restored.State.RESTORED)
                            .isPresent());
  }

  /** Whether other pods are wanted, and nothing is lost by making them at once. */
  static boolean replaceable(Pass pass) {
    return pass.templateChanged() && neverStarted(pass) && !pass.spec().paused();
  }

  /** No trainer of the run runs: replacing it costs nothing. */
  private static boolean neverStarted(Pass pass) {
    return pass.status().phase() == Phase.STARTING
        && pass.workers().stream()
            .allMatch(
                worker ->
                    worker
                        .trainer()
                        .filter(state -> !(state instanceof ContainerState.Waiting))
                        .isEmpty());
  }

  /**
   * A trainer that waits although no pause is wanted; one that is drained waits for its end and is
   * left alone.
   */
  private static boolean holds(Pass pass, Worker worker) {
    return worker.state().graceEndsAt().isEmpty()
        && pass.agent(worker).filter(AgentStatus::held).isPresent();
  }

  private static Instant heard(Pass pass, Worker worker) {
    return pass.report(worker).status().map(Seen::at).stream()
        .max(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }
}
