package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.PauseCheckpoint;
import dev.intermission.api.v1alpha1.PauseFailure;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import dev.intermission.control.SavedManifest;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import dev.intermission.operator.plan.observation.Worker.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The prepare of a pause: every rank saves and holds, or there is nobody who could; then HEAD as it
 * is has to do [16, 17].
 */
final class Asking {

  /**
   * A worker that may be starting gets this long to say whether it has trained; after it, it is
   * asked like any other.
   */
  private static final Duration MAY_BE_STARTING = Duration.ofSeconds(5);

  private static final Set<SaveState> SAVED = EnumSet.of(SaveState.HELD, SaveState.DURABLE);

  private Asking() {}

  static void plan(Pass pass, Draft draft) {
    if (Pausing.expired(pass) && unasked(pass)) {
      Pausing.restart(pass, draft); // another process waited, or another clock: not a try of ours
      return;
    }
    if (latestWouldDo(pass) && headIsOld(pass)) {
      draft.store(pass, new Action.ReadHead()); // a silent agent announces no checkpoint
      return;
    }
    if (nobodyLeft(pass) || nothingTrained(pass) || latestIsWanted(pass)) {
      Proof.ofHead(pass, draft, pass.stepsBeyondHead());
      return;
    }
    if (RunEnd.of(pass) instanceof RunEnd.Draining(var until) && pass.spec().workers() == 1) {
      draft.wake(until.plusSeconds(1)); // its own drain hook saves; afterwards nobody is left
      return;
    }
    if (RunEnd.of(pass) instanceof RunEnd.Suspended && pass.spec().workers() == 1) {
      draft.wake(pass.now().plus(Draft.SAFETY)); // the same
      return;
    }
    if (undecided(pass)) {
      Poll.status(pass, draft);
      draft.wake(Pausing.pause(pass).attemptedAt().plus(MAY_BE_STARTING));
      return;
    }
    if (outOfTime(pass)) {
      Pausing.failed(pass, draft, timedOut(pass));
      return;
    }
    ask(pass, draft);
    if (!Pausing.expired(pass)) draft.wake(Pausing.deadline(pass));
  }

  /**
   * Whether the time is up without a save. One that is durable by now, in a store that answers, is
   * used.
   */
  private static boolean outOfTime(Pass pass) {
    if (!Pausing.expired(pass)) return false;
    var id = Pausing.pause(pass).requestId();
    var saved =
        !pass.workers().isEmpty()
            && pass.workers().stream()
                .allMatch(
                    worker ->
                        SaveRound.answer(pass, worker, id)
                            .filter(said -> SAVED.contains(said.value().state()))
                            .isPresent());
    return !saved || pass.seen().storage().problem().isPresent();
  }

  /** Whether somebody who could answer was not asked by this process. */
  private static boolean unasked(Pass pass) {
    var id = Pausing.pause(pass).requestId();
    return !nobodyLeft(pass)
        && pass.workers().stream()
            .filter(Poll::askable)
            .anyMatch(
                worker ->
                    SaveRound.answer(pass, worker, id).isEmpty()
                        && pass.report(worker).failure().isEmpty());
  }

  /** HEAD was not read since this attempt began, and is still to be had. */
  private static boolean headIsOld(Pass pass) {
    var gone = Pausing.expired(pass) && pass.seen().storage().problem().isPresent();
    return !pass.headSeenAfter(Pausing.pause(pass).attemptedAt()) && !gone;
  }

  /**
   * HEAD is not known yet: the save needs no HEAD, so it is asked for at once, unless nobody could
   * answer.
   */
  static void early(Pass pass, Draft draft) {
    var unproven = Pausing.pause(pass).receipt().isEmpty();
    if (unproven
        && !Pausing.expired(pass)
        && !nobodyLeft(pass)
        && !nothingTrained(pass)
        && !undecided(pass)
        && !latestIsWanted(pass)) ask(pass, draft);
  }

  /** The run is over, or was never there: nobody can save, and nobody trains. */
  static boolean nobodyLeft(Pass pass) {
    if (pass.runEnded() || pass.childJob().isEmpty())
      return pass.workers().stream().allMatch(worker -> worker.released() || worker.unreachable());
    return switch (RunEnd.of(pass)) {
      case RunEnd.Failed _, RunEnd.Disrupted _, RunEnd.Exited _ -> true;
      case RunEnd.Suspended _ -> pass.workers().stream().allMatch(Worker::released);
      case RunEnd.Draining _, RunEnd.NotOver _ -> false;
    };
  }

  /**
   * No trainer runs, or every agent says, asked after the request, that its trainer is not beyond
   * what was restored. Of a script nobody can say that: it may have trained for hours.
   */
  private static boolean nothingTrained(Pass pass) {
    return pass.lastSeenStep() <= pass.startStep()
        && pass.workers().stream()
            .allMatch(worker -> idle(worker) || (!pass.watched() && freshlySilent(pass, worker)));
  }

  private static boolean idle(Worker worker) {
    return worker.trainer().filter(ContainerState.Running.class::isInstance).isEmpty();
  }

  private static boolean freshlySilent(Pass pass, Worker worker) {
    var asked = Pausing.pause(pass).attemptedAt();
    return pass.report(worker)
        .status()
        .filter(status -> status.after(asked))
        .map(Seen::value)
        .map(AgentStatus::progress)
        .isPresent();
  }

  /** Whether a worker of which no step is known has not said anything since the request. */
  private static boolean undecided(Pass pass) {
    var soon = pass.now().isBefore(Pausing.pause(pass).attemptedAt().plus(MAY_BE_STARTING));
    return soon && !pass.watched() && pass.lastSeenStep() <= pass.startStep();
  }

  /**
   * The user prefers a quick release, and there is something to go back to; with nothing saved a
   * fresh save is asked for all the same.
   */
  private static boolean latestIsWanted(Pass pass) {
    return latestWouldDo(pass) && pass.head().manifest().isPresent();
  }

  private static boolean latestWouldDo(Pass pass) {
    var pause = pass.spec().pause();
    return pause.checkpoint() == PauseCheckpoint.LATEST
        || (pause.onFailure() == PauseFailure.USE_LATEST && outOfTime(pass));
  }

  private static void ask(Pass pass, Draft draft) {
    var pause = Pausing.pause(pass);
    var command = new SaveCommand(pause.requestId(), pause.step(), true);
    switch (SaveRound.proceed(pass, draft, command)) {
      case SaveRound.Outcome.UnderWay() -> {}
      case SaveRound.Outcome.Over() -> Pausing.reask(pass, draft, Optional.empty());
      case SaveRound.Outcome.Failed(var answer) ->
          Pausing.reask(
              pass,
              draft,
              answer.problem().map(problem -> new Problem(problem.reason(), problem.message())));
      case SaveRound.Outcome.Saved(var answers, var said) -> saved(pass, draft, answers, said);
    }
  }

  /** The agents say that it is durable: look in S3, where it is proven or not. */
  private static void saved(Pass pass, Draft draft, List<Seen<SaveAnswer>> answers, Instant said) {
    var named =
        answers.stream()
            .flatMap(answer -> answer.value().manifest().stream())
            .map(SavedManifest::name)
            .findFirst();
    Poll.since(said, pass, draft); // where it holds, for status: asked while S3 is looked at
    var manifest = pass.head().manifest();
    if (manifest.isPresent()
        && pass.head().run() == pass.run()
        && named.equals(manifest.map(ManifestRef::name))
        && holdUnder(pass.head(), answers)) {
      Proof.ofSave(pass, draft, manifest.get());
      Held.begin(pass.after(draft), draft);
    } else if (pass.headSeenAfter(said)) {
      Pausing.reask(
          pass,
          draft,
          Optional.of(
              new Problem(
                  "HeadDiffers", "HEAD is not the one that the agent reports; asking again.")));
    } else {
      draft.store(pass, new Action.ReadHead());
    }
  }

  /**
   * Whether the trainers still hold under this HEAD. One that was raised since belongs to a trainer
   * that goes on, though its answer said that it holds: sealing it would throw away what is trained
   * meanwhile. From here on the seal itself tells, since it swaps exactly this HEAD.
   */
  private static boolean holdUnder(Head head, List<Seen<SaveAnswer>> answers) {
    return answers.stream()
        .flatMap(answer -> answer.value().seq().stream())
        .allMatch(seq -> seq == head.seq());
  }

  private static Problem timedOut(Pass pass) {
    var last = pass.seen().storage().problem().map(Seen::value).map(problem -> problem.message());
    var agent =
        pass.workers().stream()
            .flatMap(worker -> pass.report(worker).failure().stream())
            .map(Seen::value)
            .map(problem -> problem.message());
    var why =
        last.or(agent::findFirst)
            .or(() -> Pausing.pause(pass).problem().map(Problem::message))
            .map(text -> " Last seen: " + text)
            .orElse("");
    return new Problem(
        "SaveTimedOut",
        "No verified checkpoint within spec.pause.timeout ("
            + pass.spec().pause().timeout()
            + "); nothing was released, training goes on."
            + why);
  }
}
