package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.NoticeStatus;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.control.SaveCommand;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A worker was given notice: its node announced its end, or a pod of a gang is being drained. All
 * ranks save one common step and hold; once S3 has it, the run is over and the next one begins
 * elsewhere. Nothing is lost, and nobody waits for the node's end. A single worker that is drained
 * needs none of this: its own hook saves.
 *
 * <p>The request is on record before anybody is asked, in one row of ids with the pauses, so an
 * operator that dies asks again for the same.
 */
final class Leaving {

  /** Notice may be taken back while it is answered. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private Leaving() {}

  /** The notice that was given to the newest run and still stands. */
  static Optional<NoticeStatus> notice(Pass pass) {
    return pass.status()
        .run()
        .flatMap(RunStatus::notice)
        .filter(notice -> notice.run() == pass.run() && notice.withdrawnAt().isEmpty());
  }

  /** Says whether something was recorded: then the plan goes on from there. */
  static boolean plan(Pass pass, Draft draft) {
    var before = draft.status();
    decide(pass, draft);
    return !draft.status().equals(before);
  }

  private static void decide(Pass pass, Draft draft) {
    var why = why(pass);
    var notice = notice(pass);
    if (why.isEmpty()) {
      // Held trainers go on: whoever watches the run sees that they hold for nobody.
      notice.ifPresent(old -> record(pass, draft, old.withdrawn(pass.now())));
    } else if (notice.isPresent()) {
      ask(pass, draft, notice.get());
    } else if (pass.watched() || pass.lastSeenStep() > pass.startStep()) {
      var step = CommonStep.first(pass);
      var id = PauseRequest.nextId(pass);
      record(pass, draft, NoticeStatus.seen(pass.run(), id, step, pass.now(), why.get()));
    }
  }

  /** Who goes; a pod whose own hook saves all there is to save counts only in a gang. */
  private static Optional<Problem> why(Pass pass) {
    var drained =
        pass.workers().stream()
            .filter(worker -> !worker.terminal() && worker.state().graceEndsAt().isPresent())
            .findFirst();
    if (drained.isPresent())
      return drained
          .filter(_ -> pass.spec().workers() > 1)
          .map(worker -> draining(worker.id().podName()));
    return pass.workers().stream()
        .flatMap(worker -> worker.node().stream())
        .flatMap(node -> node.leaving().map(taint -> leaving(node, taint)).stream())
        .findFirst();
  }

  private static Problem draining(String pod) {
    return new Problem(
        "PodDraining", "Pod " + pod + " is being taken away; all workers save first.");
  }

  private static Problem leaving(Worker.Node node, String taint) {
    return new Problem(
        "NodeLeaving",
        "Node "
            + node.name()
            + " goes away (taint "
            + taint
            + "); all workers save and go on elsewhere.");
  }

  private static void ask(Pass pass, Draft draft, NoticeStatus notice) {
    draft.wake(pass.now().plus(LOOK_AGAIN));
    var command = new SaveCommand(notice.requestId(), notice.step(), true);
    switch (SaveRound.proceed(pass, draft, command)) {
      case SaveRound.Outcome.UnderWay() -> {}
      case SaveRound.Outcome.Over(), SaveRound.Outcome.Failed _ -> reask(pass, draft, notice);
      case SaveRound.Outcome.Saved(_, var said) -> saved(pass, draft, notice, said);
    }
  }

  /** The agents say that it is durable and that they hold; S3 decides. */
  private static void saved(Pass pass, Draft draft, NoticeStatus notice, Instant said) {
    if (!pass.headSeenAfter(said)) {
      draft.store(pass, new Action.ReadHead());
    } else if (pass.head().run() == pass.run()
        && pass.stepsBeyondHead() == 0
        && RunEnd.of(pass) instanceof RunEnd.Suspended) {
      draft.wake(pass.now().plus(Draft.SAFETY)); // the run is not over: its pods go by themselves
    } else if (pass.head().run() == pass.run() && pass.stepsBeyondHead() == 0) {
      Recovery.disrupted(pass, draft, notice.why().reason(), notice.why().message());
      // dies here: the same answers and the same HEAD end the run again, counted once
    } else {
      reask(pass, draft, notice);
    }
  }

  private static void reask(Pass pass, Draft draft, NoticeStatus notice) {
    var step = CommonStep.later(pass, notice.requestId(), notice.step());
    record(pass, draft, notice.reasked(PauseRequest.nextId(pass), step));
  }

  private static void record(Pass pass, Draft draft, NoticeStatus notice) {
    var run = draft.status().run().orElseThrow();
    draft.record(draft.status().withRun(run.withNotice(Optional.of(notice))));
  }
}
