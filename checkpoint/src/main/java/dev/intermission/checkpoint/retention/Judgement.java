package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.SaveId;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.retention.Lineage.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which manifests stay and which go, from what was listed at one moment. Pure, but for the question
 * who else needs them, which is asked only when something would go.
 *
 * @param milestones of the walked chain, those that only {@code keep.everySteps} keeps
 * @param expired manifests that nothing keeps
 */
record Judgement(Evidence evidence, List<Link> milestones, Set<String> expired) {

  /**
   * Manifests off HEAD's chain, and damaged ones, stay this long: what a rollback abandoned can
   * still be looked at.
   */
  static final Duration ABANDONED = Duration.ofDays(7);

  /** What was seen; {@code now} is from before. */
  record Evidence(Head head, Shelf shelf, Lineage lineage, List<Pin> pins, Instant now) {

    /** A save that may still be committed, however long it stands still, is not abandoned. */
    private boolean isOpen(String manifest) {
      return SaveId.ofManifest(manifest).filter(save -> !head.isOpenTo(save)).isEmpty();
    }

    private boolean olderThan(Duration age, Instant since) {
      return since.isBefore(now.minus(age));
    }

    /**
     * Noted as milestones, and below everything that was walked: on the chain, though the chain
     * does not show it any more. Above the cut every ancestor of HEAD was walked.
     */
    private Map<String, Long> ancientMilestones() {
      var ancient = new TreeMap<>(shelf.notes().milestones());
      ancient.keySet().removeIf(name -> Shelf.step(name) > lineage.cut());
      return ancient;
    }

    /** HEAD and its ancestors, as far as anybody knows. */
    private Set<String> chain() {
      var names = lineage.names();
      names.addAll(ancientMilestones().keySet());
      return names;
    }

    /** Off the chain for a week, as an earlier sweep noted, or quarantined for a week. */
    private boolean abandoned(String manifest) {
      var quarantined = shelf.quarantined().get(manifest);
      if (quarantined != null) return olderThan(ABANDONED, quarantined);
      return shelf
          .notes()
          .abandonedSince(manifest)
          .filter(at -> olderThan(ABANDONED, at))
          .isPresent();
    }
  }

  static Judgement of(Evidence seen, KeepRule keep, Supplier<Set<String>> needed) {
    var shelf = seen.shelf();
    var chain = seen.chain();
    var milestones = seen.lineage().milestones(keep, shelf);
    var kept = kept(seen, keep);
    milestones.forEach(link -> kept.add(link.name()));
    var expired =
        shelf.manifests().keySet().stream()
            .filter(name -> !kept.contains(name) && !seen.isOpen(name))
            .filter(
                name ->
                    shelf.isQuarantined(name)
                        ? seen.abandoned(name)
                        : chain.contains(name) || shelf.isMarked(name) || seen.abandoned(name))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!expired.isEmpty()) {
      var others = needed.get();
      expired.removeIf(
          name -> others.contains(name) || others.contains(Layout.namePrefix(Shelf.step(name))));
    }
    return new Judgement(seen, milestones, expired);
  }

  /** HEAD's own, damaged or not; the newest; milestones of before; what is pinned. */
  private static Set<String> kept(Evidence seen, KeepRule keep) {
    var kept = seen.lineage().newest();
    seen.lineage().links().stream().limit(1).forEach(head -> kept.add(head.name()));
    seen.ancientMilestones()
        .forEach(
            (name, parentStep) -> {
              var stays = keep.isMilestone(Shelf.step(name), parentStep);
              if (stays && !seen.shelf().isQuarantined(name)) kept.add(name);
            });
    seen.pins().stream()
        .filter(pin -> pin.protects(seen.now()))
        .forEach(pin -> kept.add(pin.manifest()));
    return kept;
  }

  /** Expired, and marked for longer than the grace. */
  Set<String> due(Duration grace) {
    var due = new TreeSet<>(expired);
    due.removeIf(
        name -> {
          var since = evidence.shelf().marks().get(name);
          return since == null || !evidence.olderThan(grace, since);
        });
    return due;
  }

  /** Marked, but nothing to delete. */
  List<String> wantedAgain() {
    return evidence.shelf().marks().keySet().stream()
        .filter(evidence.shelf()::has)
        .filter(name -> !expired.contains(name))
        .toList();
  }

  /**
   * Off the chain without a note of it. One that is younger than the grace may be on its way to
   * HEAD.
   */
  List<String> newlyAbandoned(Duration grace) {
    var shelf = evidence.shelf();
    var chain = evidence.chain();
    return shelf.manifests().values().stream()
        .filter(object -> evidence.olderThan(grace, object.lastModified()))
        .map(object -> object.key().substring(object.key().lastIndexOf('/') + 1))
        .filter(name -> !chain.contains(name) && !shelf.isMarked(name))
        .filter(name -> !evidence.isOpen(name))
        .filter(name -> !shelf.isQuarantined(name))
        .filter(name -> shelf.notes().abandonedSince(name).isEmpty())
        .toList();
  }

  /** Size of the manifests that stay. */
  long manifestBytes(Collection<String> gone) {
    return evidence.shelf().manifests().entrySet().stream()
        .filter(entry -> !gone.contains(entry.getKey()))
        .mapToLong(entry -> entry.getValue().length())
        .sum();
  }

  /** Everything that exists only because of these manifests. */
  List<String> belongings(Set<String> manifests, Layout layout) {
    var keys = new ArrayList<String>();
    for (var name : manifests) {
      keys.add(Notes.abandonedKey(layout, name));
      keys.add(layout.quarantine(name));
      var parentStep = evidence.shelf().notes().milestones().get(name);
      if (parentStep != null) keys.add(Notes.milestoneKey(layout, name, parentStep));
      keys.add(layout.mark(name));
      keys.add(layout.lastCall(name));
    }
    evidence.pins().stream()
        .filter(pin -> manifests.contains(pin.manifest()))
        .forEach(pin -> keys.add(layout.pin(pin.manifest(), pin.ownerUid())));
    return keys;
  }

  /**
   * Marks, announcements, notes and pins that mean nothing any more. Manifests never come back, so
   * what belongs to one that is gone can go at any time.
   */
  List<String> outdated(Layout layout, Duration grace) {
    var keys = new ArrayList<String>();
    var shelf = evidence.shelf();
    gone(shelf.marks()).forEach(name -> keys.add(layout.mark(name)));
    shelf.lastCalls().entrySet().stream()
        .filter(call -> !shelf.has(call.getKey()) || isForgotten(call, grace))
        .forEach(call -> keys.add(layout.lastCall(call.getKey())));
    gone(shelf.quarantined())
        .filter(name -> evidence.olderThan(ABANDONED, shelf.quarantined().get(name)))
        .forEach(name -> keys.add(layout.quarantine(name)));
    outdatedNotes(layout, keys);
    evidence.pins().stream()
        .filter(pin -> !shelf.has(pin.manifest()) || isSpent(pin, grace))
        .forEach(pin -> keys.add(layout.pin(pin.manifest(), pin.ownerUid())));
    return keys;
  }

  private void outdatedNotes(Layout layout, List<String> keys) {
    var shelf = evidence.shelf();
    var chain = evidence.chain();
    shelf.notes().abandoned().keySet().stream()
        .filter(name -> !shelf.has(name) || chain.contains(name))
        .forEach(name -> keys.add(Notes.abandonedKey(layout, name)));
    // A milestone that is off the chain is forgotten at once, since a longer chain could hide that.
    shelf.notes().milestones().entrySet().stream()
        .filter(note -> !shelf.has(note.getKey()) || !chain.contains(note.getKey()))
        .forEach(note -> keys.add(Notes.milestoneKey(layout, note.getKey(), note.getValue())));
  }

  private Stream<String> gone(Map<String, Instant> things) {
    return things.keySet().stream().filter(name -> !evidence.shelf().has(name));
  }

  /** Announced by a sweep that is over by now, of a manifest that is wanted again. */
  private boolean isForgotten(Map.Entry<String, Instant> call, Duration grace) {
    return evidence.olderThan(grace, call.getValue()) && !expired.contains(call.getKey());
  }

  /** Expired so long ago that no owner's clock can still take it for valid and renew it. */
  private boolean isSpent(Pin pin, Duration grace) {
    return pin.expiresAt().filter(end -> evidence.olderThan(grace, end)).isPresent();
  }
}
