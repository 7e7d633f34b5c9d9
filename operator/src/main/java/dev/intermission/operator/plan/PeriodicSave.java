package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Every;
import dev.intermission.api.v1alpha1.PeriodicSaveStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.control.SaveCommand;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code spec.checkpoint.every.interval} of a gang. Ranks that went by their own clocks would save
 * different steps, of which none becomes a checkpoint; so all of them are asked for one common
 * step, and train on [design review, 14]. A single worker goes by its own clock.
 *
 * <p>The request is on record before anybody is asked, in one row of ids with pauses and notices,
 * which come first: they end the request that is under way, and the interval begins anew after
 * them. A request has no deadline: nobody waits for it, and a save that is slower than the interval
 * must not be thrown away.
 */
final class PeriodicSave {

  private PeriodicSave() {}

  static void plan(Pass pass, Draft draft) {
    var interval = interval(pass);
    if (interval.isEmpty() || !trains(pass)) return;
    var known = ofThisRun(pass);
    if (known.isEmpty() || known.get().requestId() < PauseRequest.lastHold(pass.status())) {
      var id = PauseRequest.lastId(pass.status());
      record(draft, PeriodicSaveStatus.counting(pass.run(), pass.now(), id));
    } else if (known.get().step().isPresent()) {
      ask(pass, draft, known.get());
    } else {
      await(pass, draft, known.get(), known.get().since().plus(interval.get()));
    }
  }

  private static Optional<Duration> interval(Pass pass) {
    return pass.spec().workers() == 1
        ? Optional.empty()
        : pass.spec().checkpoint().every().flatMap(Every::interval);
  }

  /** What a run had before its first step is a checkpoint already, or nothing. */
  private static boolean trains(Pass pass) {
    return pass.status().phase() == Phase.RUNNING && pass.lastSeenStep() > pass.startStep();
  }

  private static Optional<PeriodicSaveStatus> ofThisRun(Pass pass) {
    return pass.status()
        .run()
        .flatMap(RunStatus::periodicSave)
        .filter(save -> save.run() == pass.run());
  }

  /**
   * When it is time the ranks are looked at first: a step that is known by then is met at the first
   * try. One that nobody hears could not save, and one that still holds is told to go on first.
   */
  private static void await(Pass pass, Draft draft, PeriodicSaveStatus known, Instant due) {
    if (pass.now().isBefore(due)) {
      draft.wake(due);
      return;
    }
    Poll.since(due, pass, draft);
    var step = CommonStep.first(pass).orElseThrow();
    if (pass.workers().stream().allMatch(worker -> canSave(pass, worker, due))
        && !finishesBefore(pass, step)) record(draft, known.asked(PauseRequest.nextId(pass), step));
    // dies after the write: whoever comes next asks for the same step under the same id
  }

  private static boolean canSave(Pass pass, Worker worker, Instant due) {
    return pass.report(worker)
        .status()
        .filter(status -> status.after(due))
        .filter(status -> !status.value().held())
        .isPresent();
  }

  private static void ask(Pass pass, Draft draft, PeriodicSaveStatus known) {
    var command = new SaveCommand(known.requestId(), known.step(), false);
    switch (SaveRound.proceed(pass, draft, command)) {
      case SaveRound.Outcome.UnderWay() -> {}
      case SaveRound.Outcome.Over() -> reask(pass, draft, known);
      // Nothing rests on it: the checkpoint counts when HEAD has it and it was verified. What went
      // wrong is told by the agent's own problem, and the next interval brings another try.
      case SaveRound.Outcome.Saved _, SaveRound.Outcome.Failed _ ->
          record(draft, known.over(pass.now()));
    }
  }

  private static void reask(Pass pass, Draft draft, PeriodicSaveStatus known) {
    var step = CommonStep.later(pass, known.requestId(), known.step()).orElseThrow();
    record(
        draft,
        finishesBefore(pass, step)
            ? known.over(pass.now())
            : known.asked(PauseRequest.nextId(pass), step));
  }

  /** The end saves by itself, and no later step follows. */
  private static boolean finishesBefore(Pass pass, long step) {
    return pass.workers().stream()
        .flatMap(worker -> pass.progress(worker).stream())
        .flatMap(progress -> progress.totalSteps().stream())
        .anyMatch(total -> total <= step);
  }

  private static void record(Draft draft, PeriodicSaveStatus next) {
    var run = draft.status().run().orElseThrow();
    draft.record(draft.status().withRun(run.withPeriodicSave(next)));
  }
}
