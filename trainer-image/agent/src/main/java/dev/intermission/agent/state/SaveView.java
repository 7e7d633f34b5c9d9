package dev.intermission.agent.state;

import dev.intermission.agent.state.Ask.Release;
import dev.intermission.control.Problem;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import dev.intermission.control.SavedManifest;
import dev.intermission.sdk.directory.ProgressFile;
import java.util.Optional;

/**
 * How far one request is, derived anew from the facts at every look: nothing is remembered that
 * could disagree with them.
 *
 * @param state for the operator
 * @param step at which the trainer saves or saved; before it took the request on, its newest one
 * @param manifest once durable
 * @param problem what stands in the way
 */
public record SaveView(
    SaveState state,
    Optional<Long> step,
    Optional<SavedManifest> manifest,
    Optional<Problem> problem) {

  /**
   * Looks at request {@code id}; empty when this pod never heard of it, so that it must be sent
   * again.
   */
  public static Optional<SaveView> of(Facts facts, long id) {
    if (facts.tenure().fenced()) {
      return Optional.of(
          bare(
              SaveState.FENCED,
              Optional.of(
                  new Problem(
                      "Fenced",
                      "Another writer holds HEAD. This pod's saves are refused for good; delete the"
                          + " pod."))));
    }
    var ask = facts.asked().ask().filter(Ask::byOperator).filter(newest -> newest.id() == id);
    if (ask.isPresent()) return Optional.of(ofNewest(facts, ask.get()));
    if (id < facts.asked().newestId()) {
      return Optional.of(bare(SaveState.SUPERSEDED, Optional.empty()));
    }
    return Optional.empty();
  }

  /**
   * Looks at what became of {@code command}: another one that was known under its id took its
   * place.
   */
  public static Optional<SaveView> of(Facts facts, SaveCommand command) {
    var other =
        facts
            .asked()
            .ask()
            .filter(Ask::byOperator)
            .filter(ask -> ask.id() == command.id() && !ask.is(command));
    if (other.isPresent() && !facts.tenure().fenced())
      return Optional.of(bare(SaveState.SUPERSEDED, Optional.empty()));
    return of(facts, command.id());
  }

  /** Whether another look would tell the same until the operator or the trainer does something. */
  public boolean settled(Facts facts) {
    var becomesHeld =
        state == SaveState.DURABLE
            && facts.asked().ask().filter(Ask::hold).isPresent()
            && !facts.seen().finished();
    return state.settled() && !becomesHeld;
  }

  private static SaveView ofNewest(Facts facts, Ask ask) {
    if (ask.release() == Release.DONE) return bare(SaveState.CONTINUED, Optional.empty());
    var durable =
        facts
            .uploads()
            .durable()
            .filter(newest -> newest.requestId().filter(id -> id == ask.id()).isPresent());
    if (durable.isPresent()) return durable(facts, ask, durable.get());
    return facts
        .seen()
        .progress()
        .flatMap(progress -> refusal(facts, ask, progress))
        .orElseGet(() -> underWay(facts, ask));
  }

  private static SaveView durable(Facts facts, Ask ask, Durable durable) {
    var holds = ask.hold() && facts.seen().holds(ask.id());
    return new SaveView(
        holds ? SaveState.HELD : SaveState.DURABLE,
        Optional.of(durable.step()),
        Optional.of(new SavedManifest(durable.manifest().name(), durable.manifest().sha256())),
        facts.uploads().problem());
  }

  /** What the trainer said against the request, and what its end makes impossible. */
  private static Optional<SaveView> refusal(Facts facts, Ask ask, ProgressFile progress) {
    if (progress.missed().filter(id -> id == ask.id()).isPresent()) {
      return Optional.of(
          new SaveView(
              SaveState.MISSED, Optional.of(progress.step()), Optional.empty(), Optional.empty()));
    }
    var failure = progress.failed().filter(f -> f.id().filter(id -> id == ask.id()).isPresent());
    if (failure.isPresent()) {
      return Optional.of(
          bare(
              SaveState.FAILED,
              Optional.of(new Problem("TrainerCannotSave", failure.get().message()))));
    }
    var ended = facts.uploads().durable().filter(Durable::finished);
    if (progress.finished() && ended.isPresent() && UploadPlan.next(facts).isEmpty()) {
      return Optional.of(
          bare(
              SaveState.FAILED,
              Optional.of(
                  new Problem(
                      "TrainingFinished",
                      "Training ended before the request; its final checkpoint of step "
                          + ended.get().step()
                          + " is durable."))));
    }
    return Optional.empty();
  }

  private static SaveView underWay(Facts facts, Ask ask) {
    var problem = facts.uploads().problem().or(() -> facts.start().problem());
    var sent = facts.uploads().inFlight().or(() -> UploadPlan.next(facts));
    var mine = sent.filter(u -> u.requestId().filter(id -> id == ask.id()).isPresent());
    if (mine.isPresent()) {
      return new SaveView(
          SaveState.UPLOADING, Optional.of(mine.get().step()), Optional.empty(), problem);
    }
    var armed =
        facts.seen().progress().filter(p -> p.armed().filter(id -> id == ask.id()).isPresent());
    if (armed.isEmpty())
      return new SaveView(
          SaveState.PENDING,
          facts.seen().progress().map(ProgressFile::step),
          Optional.empty(),
          problem);
    var reached = ask.at().filter(at -> armed.get().step() >= at).isPresent();
    var state = reached || facts.seen().holds(ask.id()) ? SaveState.SAVING : SaveState.ARMED;
    return new SaveView(state, ask.at(), Optional.empty(), problem);
  }

  private static SaveView bare(SaveState state, Optional<Problem> problem) {
    return new SaveView(state, Optional.empty(), Optional.empty(), problem);
  }
}
