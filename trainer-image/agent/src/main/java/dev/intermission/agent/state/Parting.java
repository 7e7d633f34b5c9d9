package dev.intermission.agent.state;

import dev.intermission.agent.state.Ask.Release;
import java.util.Optional;

/** What a pod that is about to end still has to lose; the answer to the trainer's preStop hook. */
public enum Parting {
  /** The trainer waits and its state is durable. */
  SAVED,
  /** The trainer has done nothing that is not durable, and will do nothing more. */
  NOTHING_TO_SAVE,
  /** Another writer holds HEAD: nothing of this pod can be kept. */
  FENCED,
  /** The trainer could not save. */
  CANNOT_SAVE;

  /** Empty while there is something to wait for. */
  public static Optional<Parting> of(Facts facts) {
    if (facts.tenure().fenced()) return Optional.of(FENCED);
    var progress = facts.seen().progress();
    var idle = facts.uploads().inFlight().isEmpty() && UploadPlan.next(facts).isEmpty();
    if (progress.isEmpty()) {
      var nothing = idle && facts.seen().folders().isEmpty();
      return nothing ? Optional.of(NOTHING_TO_SAVE) : Optional.empty();
    }
    var durable = facts.uploads().durable().map(Durable::step).orElse(-1L);
    if (idle && facts.seen().finished() && durable >= progress.get().step()) {
      return Optional.of(NOTHING_TO_SAVE);
    }
    return facts
        .asked()
        .ask()
        .filter(Ask::hold) // what came of a save without a hold says nothing of the last one
        .filter(ask -> ask.release() == Release.NONE) // nor what came of one that is over
        .flatMap(ask -> answered(facts, ask, idle && durable >= progress.get().step()));
  }

  private static Optional<Parting> answered(Facts facts, Ask ask, boolean nothingUnsaved) {
    if (facts.seen().holds(ask.id()) && nothingUnsaved) return Optional.of(SAVED);
    return facts
        .seen()
        .progress()
        .flatMap(now -> now.failed())
        .filter(failure -> failure.id().filter(id -> id == ask.id()).isPresent())
        .map(_ -> CANNOT_SAVE);
  }
}
