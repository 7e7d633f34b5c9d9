package dev.intermission.agent.http;

import dev.intermission.agent.config.Self;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.Parting;
import dev.intermission.agent.work.Board;
import dev.intermission.agent.work.Requests;
import java.time.Duration;
import java.util.Optional;

/**
 * The trainer's preStop hook: returns when nothing is left to lose, or when the rest of the grace
 * is needed to end. Until then the kubelet does not send SIGTERM.
 */
final class DrainRoute {

  private final Self self;
  private final Board board;
  private final Requests requests;
  private final Duration limit;

  DrainRoute(Self self, Board board, Requests requests, Duration limit) {
    this.self = self;
    this.board = board;
    this.requests = requests;
    this.limit = limit;
  }

  Reply answer() throws InterruptedException {
    // One rank's save alone is no checkpoint: the operator sees the pod's end and asks all ranks.
    // Asked for also when all is saved: whoever holds now must not be let go before it ends.
    if (self.worldSize() == 1) requests.drain();
    return board
        .await(Parting::of, limit)
        .map(this::reply)
        .orElseGet(() -> outOfTime(board.facts()));
  }

  private Reply reply(Parting parting) {
    return switch (parting) {
      case SAVED -> Reply.text(200, "saved; the trainer is held\n");
      case NOTHING_TO_SAVE -> Reply.text(200, "nothing to save\n");
      case FENCED -> Reply.text(200, "fenced: nothing of this pod can be kept\n");
      case CANNOT_SAVE ->
          Reply.problem(500, "TrainerCannotSave", "The trainer could not save before its end.");
    };
  }

  private static Reply outOfTime(Facts facts) {
    Optional<String> why = facts.uploads().problem().map(problem -> problem.message());
    return Reply.problem(
        504,
        "OutOfGrace",
        "The grace is nearly over and the newest step is not durable; the job resumes from the one"
            + " before. "
            + why.orElse("Raise terminationGracePeriodSeconds above the length of a save."));
  }
}
