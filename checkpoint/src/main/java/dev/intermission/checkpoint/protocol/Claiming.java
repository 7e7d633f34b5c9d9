package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.ClaimOutcome.Claimed;
import dev.intermission.checkpoint.protocol.ClaimOutcome.FencedOut;
import dev.intermission.checkpoint.protocol.ClaimOutcome.NotSealedYet;
import dev.intermission.checkpoint.protocol.ClaimOutcome.Undecided;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.SwapCondition.IfMatch;
import dev.intermission.checkpoint.s3.SwapOutcome.AnswerLost;
import dev.intermission.checkpoint.s3.SwapOutcome.Missing;
import dev.intermission.checkpoint.s3.SwapOutcome.Refused;
import dev.intermission.checkpoint.s3.SwapOutcome.Swapped;
import java.util.Optional;

/**
 * Rank 0's half of fencing: puts its pod into a HEAD that the operator sealed for its run. A claim
 * never changes the checkpoint. Protocol: docs/checkpoint-format.md, "Claim".
 */
public final class Claiming {

  private final HeadObject head;
  private final RetryBudget budget;

  public Claiming(ObjectStore store, Layout layout, RetryBudget budget) {
    this.head = new HeadObject(store, layout);
    this.budget = budget;
  }

  /**
   * Claims HEAD for a pod, once in the pod's life: HEAD with its uid is its own claim, whatever
   * became of the answer or of the process that asked. Two round trips, one after a restart.
   *
   * @param run the pod's run
   * @param podUid the pod
   * @param remembered the token of this pod's earlier claim, kept in the shared directory; with
   *     one, HEAD of another pod means fenced for good
   */
  public ClaimOutcome claim(long run, String podUid, Optional<FencingToken> remembered) {
    var retry = budget.start();
    var why = "";
    do {
      Optional<HeadSnapshot> now;
      switch (head.look()) {
        case Look.Seen(var read) -> now = read;
        case Look.Unknown(var reason) -> {
          why = reason;
          continue;
        }
      }
      if (now.isEmpty() || now.get().head().run() < run) return new NotSealedYet(now);
      var seen = now.get();
      if (seen.head().isClaimOf(run, podUid)) {
        return new Claimed(
            new Claim(seen.head(), seen.etag())); // answer lost, or the container restarted
      }
      if (seen.head().run() > run || remembered.isPresent()) {
        return new FencedOut(remembered, seen.head());
      }
      var next = seen.head().claimedBy(podUid);
      switch (head.swap(
          new IfMatch(seen.etag()),
          next)) { // dies after it: the uid in HEAD tells the next process that it is ours
        case Swapped(var etag) -> {
          return new Claimed(new Claim(next, etag));
        }
        case Refused _ -> why = "HEAD kept changing while it was claimed";
        case Missing _ -> why = "HEAD disappeared while it was claimed";
        case AnswerLost(var reason) -> why = reason;
      }
    } while (retry.again());
    return new Undecided(why);
  }
}
