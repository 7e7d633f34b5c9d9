package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.SaveId;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Deletes checkpoints that nobody needs: mark, wait the grace, look again, delete. May die or stall
 * anywhere; two of them do no harm. Protocol: docs/checkpoint-format.md, "Retention".
 */
public final class Retention {

  /**
   * Manifests off HEAD's chain stay this long: what a rollback abandoned can still be looked at.
   */
  static final Duration ABANDONED = Duration.ofDays(7);

  private static final Payload.Bytes MARK = Payload.Bytes.of("{}".getBytes(StandardCharsets.UTF_8));

  private final ObjectStore store;
  private final Layout layout;
  private final Duration grace;
  private final Clock clock;
  private final Supplier<Set<String>> needed;
  private final ManifestStore manifests;

  /**
   * @param grace longer than twice the longest save, the same that {@code Commit} was given
   * @param clock in step with the store's, to within a small part of the grace
   * @param needed names of manifests that receipts and specs refer to, read live each time it is
   *     asked
   */
  public Retention(
      ObjectStore store, Layout layout, Duration grace, Clock clock, Supplier<Set<String>> needed) {
    this.store = store;
    this.layout = layout;
    this.grace = grace;
    this.clock = clock;
    this.needed = needed;
    this.manifests = new ManifestStore(store, layout);
  }

  /**
   * One pass. Never deletes what HEAD, the newest {@code keep.last} of its chain, a pin or {@code
   * needed} refers to, nor anything younger than the grace. Without HEAD it deletes nothing.
   *
   * @throws StoreException.Damaged a manifest cannot be read, so that nobody knows which chunks it
   *     needs: no chunk was deleted
   */
  public Sweep sweep(KeepRule keep) {
    var head = new HeadObject(store, layout).read();
    if (head.isEmpty()) return Sweep.NOTHING;
    var living = head.get().head();
    var aged =
        dead( // listed before the manifests are: what these name is not deleted
            layout.chunks(), name -> SaveId.ofChunk(name).filter(save -> !living.isOpenTo(save)));
    var listed = store.list(layout.manifests()).toList();
    var expired = expired(listed, head, keep);
    var due = mark(expired);
    var gone = due.isEmpty() ? Set.<String>of() : deleteManifests(due, listed, keep);
    var objects = unreferenced(aged);
    objects.addAll(
        dead(layout.parts(), name -> SaveId.ofPart(name).filter(save -> !living.isOpenTo(save))));
    objects.forEach(object -> store.delete(object.key()));
    return new Sweep(
        listed.size() - gone.size(),
        expired.size() - gone.size(),
        gone.size(),
        objects.size(),
        objects.stream().mapToLong(ListedObject::length).sum());
  }

  private Set<String> expired(
      List<ListedObject> listed, Optional<HeadSnapshot> head, KeepRule keep) {
    var lineage = Lineage.of(head.flatMap(seen -> seen.head().manifest()), manifests);
    var kept = new HashSet<>(lineage.newest(keep));
    kept.addAll(needed.get());
    kept.addAll(pinned());
    return listed.stream()
        .filter(object -> lineage.names().contains(name(object)) || isOlder(object, ABANDONED))
        .map(this::name)
        .filter(name -> SaveId.ofManifest(name).filter(save -> !isOpen(head, save)).isPresent())
        .filter(name -> !kept.contains(name))
        .collect(Collectors.toSet());
  }

  /**
   * Marks what is expired and unmarks what is not; returns what has been marked for longer than the
   * grace.
   */
  private Set<String> mark(Set<String> expired) {
    var marks = store.list(layout.marks()).toList();
    var marked = new HashSet<String>();
    var due = new HashSet<String>();
    for (var mark : marks) {
      var name = mark.key().substring(layout.marks().length());
      if (!expired.contains(name)) {
        store.delete(
            mark.key()); // wanted again: pinned, or HEAD went back to it. Dies before: the next
        // sweep unmarks it
        continue;
      }
      marked.add(name);
      if (isOlder(mark, grace)) due.add(name);
    }
    for (var name : expired) {
      if (!marked.contains(name))
        store.createOnce(layout.mark(name), MARK); // a lost answer: the next sweep marks again
    }
    return due;
  }

  /**
   * Whoever refers to a manifest pins it, then refuses if it is marked; so what is not pinned now
   * never will be.
   */
  private Set<String> deleteManifests(Set<String> due, List<ListedObject> listed, KeepRule keep) {
    var head = new HeadObject(store, layout).read();
    if (head.isEmpty()) return Set.of(); // gone meanwhile: a person must look, nothing is deleted
    var still = expired(listed, head, keep);
    still.retainAll(due);
    for (var name : still) {
      store.delete(
          layout.manifest(
              name)); // dies here: a mark without a manifest, which the next sweep removes
      store.delete(layout.mark(name));
    }
    return still;
  }

  private List<ListedObject> unreferenced(List<ListedObject> chunks) {
    if (chunks.isEmpty()) return new ArrayList<>();
    var used =
        store
            .list(layout.manifests())
            .map(this::name)
            .flatMap(name -> manifests.find(name).stream())
            .flatMap(manifest -> manifest.chunks())
            .map(ChunkRef::key)
            .map(key -> layout.chunks() + key)
            .collect(Collectors.toSet());
    return chunks.stream()
        .filter(chunk -> !used.contains(chunk.key()))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private Set<String> pinned() {
    return store
        .list(layout.pins())
        .map(pin -> pin.key().substring(layout.pins().length()))
        .map(rest -> rest.substring(0, rest.indexOf('/')))
        .collect(Collectors.toSet());
  }

  private static boolean isOpen(Optional<HeadSnapshot> head, SaveId save) {
    return head.filter(seen -> !seen.head().isOpenTo(save)).isEmpty();
  }

  /**
   * What is older than the grace and belongs to a save that can never be committed any more. Age
   * alone would not do: a save that stood still for a day would lose its chunks, and one that is
   * tried again writes them under the same keys.
   */
  private List<ListedObject> dead(String folder, Function<String, Optional<SaveId>> deadSave) {
    return store
        .list(folder)
        .filter(object -> isOlder(object, grace))
        .filter(object -> deadSave.apply(object.key().substring(folder.length())).isPresent())
        .toList();
  }

  private boolean isOlder(ListedObject object, Duration age) {
    return object.lastModified().isBefore(clock.instant().minus(age));
  }

  private String name(ListedObject manifest) {
    return manifest.key().substring(layout.manifests().length());
  }
}
