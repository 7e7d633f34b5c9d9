package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.protocol.SealOutcome.Overtaken;
import dev.intermission.checkpoint.protocol.SealOutcome.Sealed;
import dev.intermission.checkpoint.protocol.SealOutcome.Undecided;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome.AnswerLost;
import dev.intermission.checkpoint.s3.SwapOutcome.Missing;
import dev.intermission.checkpoint.s3.SwapOutcome.Refused;
import dev.intermission.checkpoint.s3.SwapOutcome.Swapped;
import java.util.Optional;

/**
 * The operator's half of fencing: gives HEAD to a run before any pod of it may write. It decides
 * between release and continue, because a held trainer goes on only by a swap of the same HEAD
 * ({@link Unhold}). Protocol: docs/checkpoint-format.md, "Seal".
 */
public final class Seal {

  private final HeadObject head;
  private final RetryBudget budget;

  public Seal(ObjectStore store, Layout layout, RetryBudget budget) {
    this.head = new HeadObject(store, layout);
    this.budget = budget;
  }

  /**
   * Swaps exactly {@code verified} to a HEAD for {@code run} that nobody has claimed. Idempotent;
   * costs one round trip, two when the answer was lost.
   *
   * @param verified the HEAD that the decision was made from; absent when there must be none (the
   *     job's first run)
   * @param run later than any run so far
   * @param rollback applied in the same swap, unless HEAD says that it was applied before
   */
  public SealOutcome seal(Optional<HeadSnapshot> verified, long run, Optional<Rollback> rollback) {
    var from = verified.map(HeadSnapshot::head).orElse(Head.NONE);
    var next = sealed(from, run, rollback);
    if (from.run() >= run) return settled(verified, next);
    var condition =
        verified
            .<SwapCondition>map(seen -> new SwapCondition.IfMatch(seen.etag()))
            .orElseGet(SwapCondition.IfAbsent::new);
    var retry = budget.start();
    var why = "";
    do {
      // THE decision: before this swap a held trainer may still go on, after it none can. Dies
      // after it: the next reconcile reads HEAD.
      switch (head.swap(condition, next)) {
        case Swapped(var etag) -> {
          return new Sealed(new HeadSnapshot(next, etag));
        }
        case Missing _ -> {
          return new Overtaken(Optional.empty());
        }
        case Refused _ -> why = "HEAD is not the one that was verified";
        case AnswerLost(var reason) -> why = reason;
      }
      switch (head.look()) {
        case Look.Seen(var now) when !now.equals(verified) -> {
          return settled(now, next);
        }
        case Look.Seen
                _ -> {} // not there yet, perhaps never: If-Match lets at most one of our requests
        // through
        case Look.Unknown(var reason) -> why = reason;
      }
    } while (retry.again());
    return new Undecided(why);
  }

  private static Head sealed(Head from, long run, Optional<Rollback> rollback) {
    var next = from.sealedFor(run);
    return rollback
        .filter(asked -> !from.rolledBack().equals(Optional.of(asked.id())))
        .map(next::rolledBackTo)
        .orElse(next);
  }

  /**
   * Ours, or another operator's seal of the same checkpoint for the same run: either way earlier
   * writers are fenced.
   */
  private static SealOutcome settled(Optional<HeadSnapshot> now, Head next) {
    return now.filter(seen -> seen.head().run() == next.run())
        .filter(seen -> seen.head().manifest().equals(next.manifest()))
        .<SealOutcome>map(Sealed::new)
        .orElseGet(() -> new Overtaken(now));
  }
}
