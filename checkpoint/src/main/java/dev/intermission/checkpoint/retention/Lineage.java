package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * HEAD's chain of parents, newest first. Counting goes along it, never by name: after a rollback
 * the highest steps are the abandoned ones. And it counts steps: a pause at a saved step commits a
 * second manifest of the same chunks, and what is damaged in one of the two is in both.
 *
 * @param links what was walked: the newest {@code keep.last} steps, and on to the first that an
 *     earlier sweep marked; all below it were judged before
 * @param cut step of the next one, which is marked or gone; -1 when the chain ends
 */
record Lineage(List<Link> links, long cut) {

  /**
   * One manifest of the chain.
   *
   * @param parentStep 0 when it has none
   * @param isNewest whether it is of one of the steps that {@code keep.last} counts
   */
  record Link(String name, long step, long parentStep, boolean isNewest) {}

  /**
   * Walks down from HEAD. One round trip for each manifest that is new since the last sweep, and
   * for those that stay.
   *
   * @throws StoreException.Damaged a manifest of the chain cannot be read and is not quarantined:
   *     nobody knows what belongs to the chain
   */
  static Lineage of(
      Optional<ManifestRef> head, KeepRule keep, Shelf shelf, ManifestStore manifests) {
    head.filter(ref -> !shelf.has(ref.name())).ifPresent(manifests::read); // says that it is gone
    var links = new ArrayList<Link>();
    var counted = new TreeSet<Long>();
    var next = head.map(ManifestRef::name);
    while (next.filter(shelf::has).isPresent()) {
      var name = next.get();
      var step = Shelf.step(name);
      var isCounted = counted.size() < keep.last() || counted.contains(step);
      if (!isCounted && shelf.isMarked(name)) break;
      var parent = parent(name, shelf, manifests);
      var isNewest = isCounted && !shelf.isQuarantined(name);
      links.add(new Link(name, step, parent.map(Shelf::step).orElse(0L), isNewest));
      if (isNewest) counted.add(step);
      next = parent;
    }
    return new Lineage(List.copyOf(links), next.map(Shelf::step).orElse(-1L));
  }

  Set<String> names() {
    var names = new HashSet<String>();
    links.forEach(link -> names.add(link.name()));
    return names;
  }

  /** What {@code keep.last} keeps. */
  Set<String> newest() {
    var names = new HashSet<String>();
    links.stream().filter(Link::isNewest).forEach(link -> names.add(link.name()));
    return names;
  }

  /** Milestones that were walked and are not among the newest any more. */
  List<Link> milestones(KeepRule keep, Shelf shelf) {
    return links.stream()
        .filter(link -> !link.isNewest() && !shelf.isQuarantined(link.name()))
        .filter(link -> keep.isMilestone(link.step(), link.parentStep()))
        .toList();
  }

  private static Optional<String> parent(String name, Shelf shelf, ManifestStore manifests) {
    try {
      return manifests.find(name).flatMap(Manifest::parent).map(ManifestRef::name);
    } catch (StoreException.Damaged | StoreException.FormatTooNew e) {
      // Known to be damaged: HEAD went past it, so the fallback goes past it as well.
      if (shelf.isQuarantined(name)) return shelf.newestBefore(name);
      throw e;
    }
  }
}
