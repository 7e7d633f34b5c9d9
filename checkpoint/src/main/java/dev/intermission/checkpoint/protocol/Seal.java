package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.SealOutcome.Overtaken;
import dev.intermission.checkpoint.protocol.SealOutcome.Quarantined;
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
  private final Quarantines quarantines;
  private final RetryBudget budget;

  public Seal(ObjectStore store, Layout layout, RetryBudget budget) {
    this.head = new HeadObject(store, layout);
    this.quarantines = new Quarantines(store, layout, budget);
    this.budget = budget;
  }

  /**
   * Swaps exactly {@code verified} to a HEAD for {@code run} that nobody has claimed, unless it
   * would name a quarantined checkpoint. Idempotent; costs two round trips (one before the first
   * checkpoint), one more when the answer was lost.
   *
   * @param verified the HEAD that the decision was made from; absent when there must be none (the
   *     job's first run)
   * @param run later than any run so far
   * @param rollback applied in the same swap, unless HEAD says that it was applied before
   */
  public SealOutcome seal(Optional<HeadSnapshot> verified, long run, Optional<Rollback> rollback) {
    var from = verified.map(HeadSnapshot::head).orElse(Head.NONE);
    return unlessQuarantined(verified, sealed(from, run, rollback));
  }

  /**
   * The token of the HEAD that {@link #seal} with these arguments writes. Until then nobody writes
   * under it, and what is written under it is no orphan ({@link Head#isOpenTo}).
   */
  public static FencingToken token(Optional<HeadSnapshot> verified, long run) {
    return verified.map(HeadSnapshot::head).orElse(Head.NONE).sealedFor(run).token();
  }

  /**
   * As {@link #seal}, away from a quarantined checkpoint to an older one. What a person asked for
   * before stays applied: the id of the last rollback does not change, or {@code resumeFrom} would
   * be applied once more.
   *
   * @param quarantined the HEAD that names it
   * @param to which checkpoint the run begins from; the caller keeps it from being swept meanwhile
   */
  public SealOutcome leave(HeadSnapshot quarantined, long run, ManifestRef to) {
    var next = quarantined.head().sealedFor(run).leftFor(to);
    return unlessQuarantined(Optional.of(quarantined), next);
  }

  /** As {@link #seal}, for a job that begins no run any more: whatever HEAD names. */
  public SealOutcome fence(HeadSnapshot last, long run) {
    return swap(Optional.of(last), last.head().sealedFor(run));
  }

  /**
   * A note that is written after the look does no harm: whoever wrote it finds HEAD changed, or
   * changes it first, so that this swap is refused.
   */
  private SealOutcome unlessQuarantined(Optional<HeadSnapshot> verified, Head next) {
    var target = next.manifest();
    var note = target.flatMap(ref -> quarantines.find(ref.name()));
    if (note.isPresent()) return new Quarantined(target.get(), note.get());
    return swap(verified, next);
  }

  private SealOutcome swap(Optional<HeadSnapshot> verified, Head next) {
    var from = verified.map(HeadSnapshot::head).orElse(Head.NONE);
    if (from.run() >= next.run()) return settled(verified, next);
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
   * writers are fenced. One that does not know of our rollback is not ours, even where both name
   * the same checkpoint: the next seal would apply it once more.
   */
  private static SealOutcome settled(Optional<HeadSnapshot> now, Head next) {
    return now.filter(seen -> seen.head().run() == next.run())
        .filter(seen -> seen.head().manifest().equals(next.manifest()))
        .filter(seen -> seen.head().rolledBack().equals(next.rolledBack()))
        .<SealOutcome>map(Sealed::new)
        .orElseGet(() -> new Overtaken(now));
  }
}
