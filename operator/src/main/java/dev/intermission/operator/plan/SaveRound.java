package dev.intermission.operator.plan;

import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One request to all ranks, to save a common step, with a hold or without. Its id and step are on
 * record before anybody is asked, so whoever asks again asks for the same.
 */
final class SaveRound {

  private static final Duration POLL = Duration.ofSeconds(1);

  /** How long a failed save is left alone before it is asked for again. */
  private static final Duration REST = Duration.ofSeconds(3);

  private static final Set<SaveState> OVER =
      EnumSet.of(SaveState.SUPERSEDED, SaveState.CONTINUED, SaveState.MISSED);

  private SaveRound() {}

  /** What came of it. */
  sealed interface Outcome {

    /** Asked, or still being answered; what to do meanwhile is in the plan. */
    record UnderWay() implements Outcome {}

    /** A rank let the request pass, or was told of it too late: it takes another one. */
    record Over() implements Outcome {}

    /** A rank could not save, and has had its rest: it takes another request. */
    record Failed(SaveAnswer answer) implements Outcome {}

    /** All ranks say that it is durable, the last of them at {@code said}. S3 decides. */
    record Saved(List<Seen<SaveAnswer>> answers, Instant said) implements Outcome {}
  }

  /** Goes on with the request: asks who has not answered, and reads the answers of all. */
  static Outcome proceed(Pass pass, Draft draft, SaveCommand command) {
    if (pass.workers().isEmpty()) { // gone, and their Job does not say so yet
      draft.wake(pass.now().plus(POLL));
      return new Outcome.UnderWay();
    }
    var answers =
        pass.workers().stream().map(worker -> answer(pass, worker, command.id())).toList();
    if (answers.stream().anyMatch(Optional::isEmpty)) {
      ask(pass, draft, command);
      return new Outcome.UnderWay();
    }
    return read(pass, draft, command, answers.stream().map(Optional::get).toList());
  }

  /** What this worker said to the request. */
  static Optional<Seen<SaveAnswer>> answer(Pass pass, Worker worker, long id) {
    return pass.report(worker).save().filter(answer -> answer.value().id() == id);
  }

  /** An agent that could not be reached is left alone for a moment. */
  private static void ask(Pass pass, Draft draft, SaveCommand command) {
    pass.workers().stream()
        .flatMap(worker -> pass.report(worker).failure().stream())
        .map(failure -> failure.at().plus(POLL))
        .filter(pass.now()::isBefore)
        .min(Instant::compareTo)
        .ifPresentOrElse(draft::wake, () -> draft.act(new Action.AskToSave(pass.run(), command)));
    draft.wake(pass.now().plus(POLL));
  }

  private static Outcome read(
      Pass pass, Draft draft, SaveCommand command, List<Seen<SaveAnswer>> answers) {
    if (answers.stream().anyMatch(answer -> OVER.contains(answer.value().state())))
      return new Outcome.Over();
    var failed = answers.stream().filter(SaveRound::failed).findFirst();
    if (failed.isPresent() && !pass.now().isBefore(failed.get().at().plus(REST)))
      return new Outcome.Failed(failed.get().value());
    if (failed.isPresent()) {
      draft.wake(failed.get().at().plus(REST));
    } else if (answers.stream().anyMatch(answer -> answer.value().state() == SaveState.FENCED)) {
      draft.store(pass, new Action.ReadHead());
    } else if (answers.stream().allMatch(answer -> answer.value().state().settled())) {
      var said = answers.stream().map(Seen::at).max(Instant::compareTo).orElseThrow();
      return new Outcome.Saved(answers, said);
    } else if (command.hold() && CommonStep.passedUntold(pass, command.id(), command.at())) {
      return new Outcome.Over();
    } else {
      draft.act(new Action.PollSave(pass.run(), command.id()));
      draft.wake(pass.now().plus(POLL));
    }
    return new Outcome.UnderWay();
  }

  private static boolean failed(Seen<SaveAnswer> answer) {
    return answer.value().state() == SaveState.FAILED;
  }
}
