package dev.intermission.agent.http;

import dev.intermission.agent.metrics.Metrics;
import dev.intermission.agent.work.Board;

/** What anybody may read. */
final class OpenRoutes {

  private final Board board;
  private final Metrics metrics;

  OpenRoutes(Board board, Metrics metrics) {
    this.board = board;
    this.metrics = metrics;
  }

  /**
   * Always: no trouble of this agent is mended by restarting it, and a restart would cost a running
   * upload.
   */
  Reply live() {
    return Reply.text(200, "ok\n");
  }

  Reply started() {
    var start = board.facts().start();
    if (board.facts().restored()) return Reply.text(200, "ok\n");
    var why = start.problem().map(problem -> ": " + problem.message()).orElse("");
    return Reply.text(503, start.state() + why + "\n");
  }

  Reply metrics() {
    return new Reply(200, Metrics.CONTENT_TYPE, metrics.scrape());
  }
}
