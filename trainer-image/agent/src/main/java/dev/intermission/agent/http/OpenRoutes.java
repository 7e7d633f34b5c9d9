package dev.intermission.agent.http;

import dev.intermission.agent.config.Watch;
import dev.intermission.agent.metrics.Metrics;
import dev.intermission.agent.work.Board;
import java.util.Optional;

/** What anybody may read. */
final class OpenRoutes {

  private final Board board;
  private final Metrics metrics;
  private final Optional<Watch> watch;

  OpenRoutes(Board board, Metrics metrics, Optional<Watch> watch) {
    this.board = board;
    this.metrics = metrics;
    this.watch = watch;
  }

  /**
   * Always: no trouble of this agent is mended by restarting it, and a restart would cost a running
   * upload.
   */
  Reply live() {
    return Reply.text(200, "ok\n");
  }

  /** For a script, once what was restored lies where it looks for it. */
  Reply started() {
    var facts = board.facts();
    var start = facts.start();
    var placed = watch.isEmpty() || facts.seen().progress().isPresent();
    if (facts.restored() && placed) return Reply.text(200, "ok\n");
    var why = start.problem().map(problem -> ": " + problem.message()).orElse("");
    return Reply.text(503, start.state() + why + "\n");
  }

  Reply metrics() {
    return new Reply(200, Metrics.CONTENT_TYPE, metrics.scrape());
  }
}
