package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.UnholdOutcome.Raised;
import dev.intermission.checkpoint.protocol.UnholdOutcome.SealedMeanwhile;
import dev.intermission.checkpoint.protocol.UnholdOutcome.Undecided;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.SwapCondition.IfMatch;
import dev.intermission.checkpoint.s3.SwapOutcome.AnswerLost;
import dev.intermission.checkpoint.s3.SwapOutcome.Missing;
import dev.intermission.checkpoint.s3.SwapOutcome.Refused;
import dev.intermission.checkpoint.s3.SwapOutcome.Swapped;
import java.util.Optional;

/**
 * The only way for a held trainer to go on, told to or because its hold ran out: rank 0's agent
 * raises HEAD's {@code seq}, so that a seal of the HEAD that was verified is refused. Protocol:
 * docs/checkpoint-format.md, "Un-hold".
 */
public final class Unhold {

  private final HeadObject head;
  private final RetryBudget budget;

  public Unhold(ObjectStore store, Layout layout, RetryBudget budget) {
    this.head = new HeadObject(store, layout);
    this.budget = budget;
  }

  /** Raises {@code seq} of this pod's HEAD. One round trip, more after lost answers. */
  public UnholdOutcome raise(Claim claim) {
    var run = claim.head().run();
    var pod = claim.podUid();
    var retry = budget.start();
    var why = "";
    do {
      // The decision to go on. Dies after it: still held, and the next process raises once more,
      // which does no harm.
      switch (head.swap(new IfMatch(claim.etag()), claim.head().raised())) {
        case Swapped(var etag) -> {
          return new Raised(new Claim(claim.head().raised(), etag));
        }
        case Missing _ -> {
          return new SealedMeanwhile(Optional.empty());
        }
        case Refused _ -> why = "HEAD kept changing while the hold was ended";
        case AnswerLost(var reason) -> why = reason;
      }
      switch (head.look()) {
        case Look.Unknown(var reason) -> why = reason;
        case Look.Seen(var now) -> {
          var mine = now.filter(seen -> seen.head().isClaimOf(run, pod));
          if (mine.isEmpty()) return new SealedMeanwhile(now.map(HeadSnapshot::head));
          var adopted = new Claim(mine.get().head(), mine.get().etag());
          if (adopted.head().seq() > claim.head().seq()) return new Raised(adopted);
          claim = adopted; // unchanged, or a late commit of this pod's own earlier process
        }
      }
    } while (retry.again());
    return new Undecided(why);
  }
}
