package dev.intermission.checkpoint.catalogue;

import dev.intermission.checkpoint.catalogue.Entry.Notes;
import dev.intermission.checkpoint.catalogue.Entry.Standing;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Lists the checkpoints of one job. Thread-safe; changes nothing. */
public final class Catalogue {

  private static final int IN_FLIGHT = 8;

  private final ObjectStore store;
  private final Layout layout;
  private final ManifestStore manifests;

  public Catalogue(ObjectStore store, Layout layout) {
    this.store = store;
    this.layout = layout;
    this.manifests = new ManifestStore(store, layout);
  }

  /**
   * All checkpoints, the latest step first; also those that cannot be read, and the one that HEAD
   * names though it is gone. Costs one read of HEAD, four listings, and one read for each manifest,
   * eight at once; keeps of each manifest only what it tells.
   *
   * @throws StoreException the store cannot be used, or HEAD itself is damaged
   */
  public List<Entry> list() {
    var head = new HeadObject(store, layout).read().map(HeadSnapshot::head).orElse(Head.NONE);
    var names = new TreeSet<>(manifests());
    head.manifest().map(ManifestRef::name).ifPresent(names::add);
    var found = read(List.copyOf(names));
    var chain = chain(head, found);
    var pins = pins();
    var marks = names(layout.marks());
    var quarantined = names(layout.quarantine());
    return found.entrySet().stream()
        .map(
            one ->
                new Entry(
                    one.getKey(),
                    ManifestRef.stepOf(one.getKey()),
                    standing(one.getKey(), head, chain),
                    one.getValue().content(),
                    new Notes(
                        List.copyOf(pins.getOrDefault(one.getKey(), Set.of())),
                        marks.contains(one.getKey()),
                        quarantined.contains(one.getKey()))))
        .sorted(Comparator.comparing(Entry::manifest).reversed())
        .toList();
  }

  /**
   * The checkpoint of a step: HEAD's own or an ancestor of it before any other, the latest written
   * before earlier ones.
   */
  public Optional<Entry> find(long step) {
    return find(list(), step);
  }

  /** As {@link #find(long)}, among those that were listed before. */
  public static Optional<Entry> find(List<Entry> listed, long step) {
    return listed.stream()
        .filter(entry -> entry.step() == step)
        .min(Comparator.comparing(Entry::standing));
  }

  private record Found(Content content, Optional<String> parent) {}

  private Map<String, Found> read(List<String> names) {
    var read = InFlight.map(names, IN_FLIGHT, this::read);
    var found = new LinkedHashMap<String, Found>();
    for (var i = 0; i < names.size(); i++) found.put(names.get(i), read.get(i));
    return found;
  }

  private Found read(String name) {
    try {
      return manifests
          .find(name)
          .map(
              manifest ->
                  new Found(
                      Content.Readable.of(manifest), manifest.parent().map(ManifestRef::name)))
          .orElseGet(
              () ->
                  unreadable(
                      "HEAD names "
                          + layout.manifest(name)
                          + ", which is gone. Resume from"
                          + " another step."));
    } catch (StoreException.Damaged | StoreException.FormatTooNew e) {
      return unreadable(e.getMessage());
    }
  }

  private static Found unreadable(String why) {
    return new Found(new Content.Unreadable(why), Optional.empty());
  }

  private static Set<String> chain(Head head, Map<String, Found> found) {
    var chain = new HashSet<String>();
    var next = head.manifest().map(ManifestRef::name);
    while (next.isPresent() && found.containsKey(next.get()) && chain.add(next.get())) {
      next = found.get(next.get()).parent();
    }
    return chain;
  }

  private static Standing standing(String name, Head head, Set<String> chain) {
    if (head.manifest().map(ManifestRef::name).filter(name::equals).isPresent()) {
      return Standing.NEWEST;
    }
    return chain.contains(name) ? Standing.CHAIN : Standing.OFF_CHAIN;
  }

  private Set<String> manifests() {
    return names(layout.manifests()).stream()
        .filter(ManifestRef::isName)
        .collect(Collectors.toSet());
  }

  private Set<String> names(String folder) {
    try (var listed = store.list(folder)) {
      return listed
          .map(object -> object.key().substring(folder.length()))
          .collect(Collectors.toSet());
    }
  }

  private Map<String, Set<String>> pins() {
    var pins = new TreeMap<String, Set<String>>();
    for (var pin : names(layout.pins())) {
      var slash = pin.indexOf('/');
      if (slash < 0) continue; // not a pin
      pins.computeIfAbsent(pin.substring(0, slash), _ -> new TreeSet<>())
          .add(pin.substring(slash + 1));
    }
    return pins;
  }
}
