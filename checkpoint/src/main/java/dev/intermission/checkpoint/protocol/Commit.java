package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestCodec;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.s3.ImmutableObjects;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.SwapCondition.IfMatch;
import dev.intermission.checkpoint.s3.SwapOutcome.AnswerLost;
import dev.intermission.checkpoint.s3.SwapOutcome.Missing;
import dev.intermission.checkpoint.s3.SwapOutcome.Refused;
import dev.intermission.checkpoint.s3.SwapOutcome.Swapped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes a checkpoint exist. Protocol: docs/checkpoint-format.md, "Commit". Thread-safe, but a pod
 * commits one checkpoint at a time.
 */
public final class Commit {

  private final HeadObject head;
  private final ImmutableObjects objects;
  private final Layout layout;
  private final RetryBudget budget;
  private final Duration grace;

  /**
   * @param grace retention's: nothing younger is swept
   */
  public Commit(ObjectStore store, Layout layout, RetryBudget budget, Duration grace) {
    this.head = new HeadObject(store, layout);
    this.objects = new ImmutableObjects(store, budget);
    this.layout = layout;
    this.budget = budget;
    this.grace = grace;
  }

  /**
   * Makes {@code manifest} the newest checkpoint. Commit point: the swap of HEAD; before it the
   * checkpoint does not exist, after it nothing loses it. Costs two round trips. Idempotent.
   * Precondition: all chunks that it names are durable.
   *
   * @param oldestChunk when, by the store's clock, the first chunk of this save was written
   * @return the claim to go on with; its HEAD names this manifest, or a later one of this pod's own
   * @throws StoreException.Fenced another pod or a later run holds HEAD: stop writing for good
   *     (this manifest may still be part of HEAD's history)
   * @throws StoreException.CommitUndecided the retry budget is spent: ask again with the same
   *     arguments, delete nothing
   * @throws StoreException.SaveTooOld a sweep could overtake this save: save again
   */
  public Claim commit(Claim claim, Manifest manifest, Instant oldestChunk) {
    if (!manifest.token().equals(claim.token())) {
      throw new IllegalArgumentException(
          "manifest written under " + manifest.token() + ", claim is " + claim.token());
    }
    var payload = Payload.Bytes.of(ManifestCodec.encode(manifest));
    var ref = ManifestRef.of(manifest.step(), manifest.token(), payload.sha256());
    var now =
        objects.ensure(
            layout.manifest(ref.name()),
            payload); // dies here: an orphan, swept after the grace time
    requireYoung(ref, oldestChunk, now);
    return swapIn(claim, ref);
  }

  private Claim swapIn(Claim claim, ManifestRef ref) {
    var run = claim.head().run();
    var pod = claim.podUid();
    var retry = budget.start();
    var why = "";
    do {
      if (claim.head().manifest().equals(Optional.of(ref)) || claim.head().step() > ref.step()) {
        return claim; // committed before, or overtaken by a later step of this pod's own: HEAD
        // never goes back
      }
      var next =
          claim
              .head()
              .pointingTo(
                  ref); // same token, later checkpoint: no two HEADs have equal bytes or ETags
      switch (head.swap(
          new IfMatch(claim.etag()),
          next)) { // THE commit point. Dies after it: the next claim continues from here
        case Swapped(var etag) -> {
          return new Claim(next, etag);
        }
        case Missing _ -> throw fenced(claim, Optional.empty());
        case Refused _ -> why = "HEAD kept changing";
        case AnswerLost(var reason) -> why = reason;
      }
      switch (head.look()) { // neither of them says who won: read, never guess
        case Look.Unknown(var reason) -> why = reason;
        case Look.Seen(var now) -> {
          var mine = now.filter(seen -> seen.head().isClaimOf(run, pod));
          if (mine.isEmpty()) throw fenced(claim, now);
          claim =
              new Claim(
                  mine.get().head(),
                  mine.get()
                      .etag()); // an own token is adopted, whichever process of this pod wrote it
        }
      }
      // unchanged, or an earlier step of our own: swap again; If-Match lets at most one of our
      // requests through
    } while (retry.again());
    throw new StoreException.CommitUndecided(
        "Whether checkpoint "
            + ref.step()
            + " was committed to "
            + head.key()
            + " is unknown after "
            + retry.made()
            + " attempts: "
            + why
            + ". Nothing was deleted. Ask again; see that the S3 store answers.");
  }

  /**
   * A chunk older than half the grace could be listed as an orphan before HEAD names it and be
   * deleted after.
   */
  private void requireYoung(ManifestRef ref, Instant oldestChunk, Instant now) {
    var age = Duration.between(oldestChunk, now);
    if (age.compareTo(grace.dividedBy(2)) < 0) return;
    throw new StoreException.SaveTooOld(
        "Saving checkpoint "
            + ref.step()
            + " took "
            + age
            + ", longer than half of retention's grace of "
            + grace
            + ". HEAD was not changed. Save again; if it recurs, see why S3 is so slow.");
  }

  private StoreException.Fenced fenced(Claim claim, Optional<HeadSnapshot> now) {
    var by =
        now.map(
                seen ->
                    seen.head().token()
                        + seen.head().pod().map(pod -> " of pod " + pod).orElse(" (sealed)"))
            .orElse("nobody: HEAD is gone");
    return new StoreException.Fenced(
        "Pod "
            + claim.podUid()
            + " with token "
            + claim.token()
            + " may not write any more; HEAD at "
            + head.key()
            + " belongs to "
            + by
            + ". HEAD was not changed. This pod's trainer must stop.");
  }
}
