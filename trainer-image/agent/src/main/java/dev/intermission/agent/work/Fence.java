package dev.intermission.agent.work;

import dev.intermission.agent.state.Tenure.Standing;
import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.Request;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends this pod's right to write. The agent does not exit: the kubelet would only start it again;
 * it tells the trainer to stop and refuses saves, for good.
 */
final class Fence {

  private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

  private final Board board;
  private final Journal journal;

  Fence(Board board, Journal journal) {
    this.board = board;
    this.journal = journal;
  }

  void drop(String by) {
    LOG.atError().addKeyValue(LogKeys.REASON, by).log("fenced; this pod writes no more, delete it");
    board.update(facts -> facts.with(facts.tenure().judged(Standing.FENCED)));
    try {
      journal.remember(AgentFile::asFenced);
      // dies here: the next process finds the verdict and tells the trainer
      journal.tell(new Request.Stop("fenced"));
    } catch (UncheckedIOException e) {
      // The verdict stands in HEAD: every save is refused, and the next process is fenced again.
      LOG.atError().setCause(e).log("the trainer cannot be told to stop; delete the pod");
    }
  }
}
