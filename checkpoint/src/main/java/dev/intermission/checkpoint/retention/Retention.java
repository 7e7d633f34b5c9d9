package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Deletes checkpoints that nobody needs: mark, wait the grace, announce, look again, delete. May
 * die or stall anywhere; two of them do no harm. Protocol: docs/checkpoint-format.md, "Retention".
 */
public final class Retention {

  private static final Payload.Bytes EMPTY = Payload.Bytes.of(new byte[0]);

  private final ObjectStore store;
  private final Layout layout;
  private final Duration grace;
  private final Clock clock;
  private final Supplier<Set<String>> needed;
  private final HeadObject heads;
  private final ManifestStore manifests;
  private final Pins pins;

  /**
   * @param grace longer than twice the longest save, the same that {@code Commit} was given; a
   *     sweep takes less time, too
   * @param clock in step with the store's, to within a small part of the grace
   * @param needed names of manifests that receipts and specs refer to, or {@link Layout#namePrefix}
   *     for all of a step; asked only when something would be deleted, and read live each time
   */
  public Retention(
      ObjectStore store, Layout layout, Duration grace, Clock clock, Supplier<Set<String>> needed) {
    this.store = store;
    this.layout = layout;
    this.grace = grace;
    this.clock = clock;
    this.needed = needed;
    this.heads = new HeadObject(store, layout);
    this.manifests = new ManifestStore(store, layout);
    this.pins = new Pins(store, layout, RetryBudget.QUICK, clock);
  }

  /**
   * Looks at everything: {@link #expire}, then all chunks and parts. Never deletes what HEAD, the
   * rule, a pin or {@code needed} refers to, nor anything younger than the grace. Without HEAD it
   * deletes nothing. Bounded memory. Costs what {@link #expire} costs and one round trip for each
   * thousand objects; and, if a chunk is older than the grace, one for each manifest.
   *
   * @throws StoreException.Damaged a manifest cannot be read, so that nobody knows what it needs:
   *     what depends on it was not deleted
   */
  public Sweep sweep(KeepRule keep) {
    return sweep(keep, Extent.EVERYTHING);
  }

  /**
   * Looks at manifests only, and at chunks if manifests went. Costs, when nothing is to be done,
   * six round trips, one for each pin, and one for each of the {@code keep.last} newest manifests
   * and of those that are new since the last time.
   *
   * @throws StoreException.Damaged as {@link #sweep}
   */
  public Sweep expire(KeepRule keep) {
    return sweep(keep, Extent.MANIFESTS);
  }

  private enum Extent {
    MANIFESTS,
    EVERYTHING
  }

  private Sweep sweep(KeepRule keep, Extent extent) {
    var head = heads.read();
    if (head.isEmpty()) return Sweep.NOTHING;
    var seen = judge(head.get().head(), keep);
    remember(seen); // before anything is marked: what is noted is noted while the chain shows it
    var marks = mark(seen);
    tidy(seen);
    var gone = delete(seen.due(grace), keep);
    var stock = stock(seen, marks, gone);
    if (extent == Extent.MANIFESTS && gone.isEmpty()) return new Sweep(stock, 0, 0, 0);
    var now = clock.instant();
    var left =
        new Leftovers(store, layout)
            .collect(head.get().head(), now.minus(grace), now.toEpochMilli());
    return new Sweep(
        stock.withBytes(left.keptBytes() + seen.manifestBytes(gone)),
        gone.size(),
        left.objects(),
        left.bytes());
  }

  private Judgement judge(Head head, KeepRule keep) {
    var now = clock.instant();
    var pinned =
        pins.list(); // before the manifests: a pin whose manifest is not listed is left over
    var shelf = Shelf.read(store, layout);
    var lineage = Lineage.of(head.manifest(), keep, shelf, manifests);
    return Judgement.of(new Judgement.Evidence(head, shelf, lineage, pinned, now), keep, needed);
  }

  /** What later sweeps could not find out any more. */
  private void remember(Judgement seen) {
    for (var link : seen.milestones()) {
      if (!seen.evidence().shelf().notes().milestones().containsKey(link.name())) {
        note(Notes.milestoneKey(layout, link.name(), link.parentStep()));
      }
    }
    seen.newlyAbandoned(grace).forEach(name -> note(Notes.abandonedKey(layout, name)));
  }

  /** A milestone must be noted before the ones above it go; a lost answer is asked again. */
  private void note(String key) {
    var retry = RetryBudget.QUICK.start();
    while (store.createOnce(key, EMPTY) instanceof CreateOutcome.AnswerLost(var why)) {
      if (retry.again()) continue;
      throw new StoreException.EndpointUnreachable(
          "Could not write " + key + ": " + why + ". Nothing was deleted.", null);
    }
  }

  /**
   * Marks what is expired and unmarks what is wanted again: pinned, or kept by a new rule. Returns
   * since when each expired one is marked.
   */
  private List<Marked> mark(Judgement seen) {
    var marked = new ArrayList<Marked>();
    for (var name : seen.expired()) {
      var since = Optional.ofNullable(seen.evidence().shelf().marks().get(name));
      if (since.isEmpty()) store.createOnce(layout.mark(name), EMPTY); // lost: the next one marks
      marked.add(new Marked(name, since.orElse(seen.evidence().now())));
    }
    store.deleteAll(seen.wantedAgain().stream().map(layout::mark).toList());
    return marked;
  }

  private record Marked(String name, Instant since) {}

  /**
   * Announces, looks again, deletes. Whoever pins looks for the announcement afterwards: so a pin
   * that is not seen now is not used. A mark alone would not do, since another sweep that stalled
   * may remove it at any time; the announcement stays until the manifest is gone.
   */
  private Set<String> delete(Set<String> due, KeepRule keep) {
    var announced = new TreeSet<String>();
    for (var name : due) {
      var outcome = store.createOnce(layout.lastCall(name), EMPTY);
      if (!(outcome instanceof CreateOutcome.AnswerLost)) announced.add(name); // lost: next time
    }
    if (announced.isEmpty()) return announced;
    var head = heads.read();
    if (head.isEmpty()) return Set.of(); // gone meanwhile: a person must look
    var again = judge(head.get().head(), keep);
    announced.retainAll(again.expired());
    // dies here: announced, so nobody pins it any more; the next sweep looks and deletes
    store.deleteAll(announced.stream().map(layout::manifest).toList());
    // dies here: marks and notes without a manifest, which the next sweep removes
    store.deleteAll(again.belongings(announced, layout));
    return announced;
  }

  /** Removes what belongs to manifests that are gone, and announcements of sweeps that died. */
  private void tidy(Judgement seen) {
    store.deleteAll(seen.outdated(layout, grace));
  }

  private Stock stock(Judgement seen, List<Marked> marks, Collection<String> gone) {
    var left = new TreeSet<>(seen.evidence().shelf().manifests().keySet());
    left.removeAll(gone);
    var waiting = marks.stream().filter(mark -> !gone.contains(mark.name())).toList();
    var next =
        waiting.stream()
            .min(Comparator.comparing(Marked::since).thenComparing(Marked::name))
            .map(mark -> new Stock.NextToGo(Shelf.step(mark.name()), mark.since().plus(grace)));
    var oldest = left.isEmpty() ? Optional.<Long>empty() : Optional.of(Shelf.step(left.first()));
    return new Stock(left.size(), waiting.size(), oldest, next, Optional.empty());
  }
}
