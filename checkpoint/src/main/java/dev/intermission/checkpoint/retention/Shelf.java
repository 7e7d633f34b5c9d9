package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lies in the store beside chunks and parts, as it was listed. Holds names only: some 200
 * bytes for each manifest.
 *
 * @param manifests by name, so by step
 * @param marks since when a manifest is marked; also those of manifests that are gone
 * @param lastCalls since when its deletion is announced; the same
 * @param quarantined since when a manifest is known to be damaged
 */
record Shelf(
    SortedMap<String, ListedObject> manifests,
    Map<String, Instant> marks,
    Map<String, Instant> lastCalls,
    Map<String, Instant> quarantined,
    Notes notes) {

  /**
   * Lists the manifests last: what is listed before and belongs to none of them belongs to one that
   * is gone.
   */
  static Shelf read(ObjectStore store, Layout layout) {
    var marks = times(store, layout.marks());
    var lastCalls = new TreeMap<String, Instant>();
    marks.forEach((name, at) -> Layout.announced(name).ifPresent(of -> lastCalls.put(of, at)));
    marks.keySet().removeIf(name -> !ManifestRef.isName(name));
    lastCalls.keySet().removeIf(name -> !ManifestRef.isName(name));
    var quarantined = times(store, layout.quarantine());
    var notes = Notes.read(store, layout);
    var manifests = new TreeMap<String, ListedObject>();
    store
        .list(layout.manifests())
        .forEach(
            object -> {
              var name = object.key().substring(layout.manifests().length());
              if (ManifestRef.isName(name)) manifests.put(name, object);
            });
    return new Shelf(manifests, marks, lastCalls, quarantined, notes);
  }

  boolean has(String manifest) {
    return manifests.containsKey(manifest);
  }

  boolean isMarked(String manifest) {
    return marks.containsKey(manifest);
  }

  boolean isQuarantined(String manifest) {
    return quarantined.containsKey(manifest);
  }

  /** The newest manifest that is older by name and not damaged. */
  Optional<String> newestBefore(String manifest) {
    return manifests.headMap(manifest).keySet().stream()
        .filter(name -> !isQuarantined(name))
        .reduce((_, later) -> later);
  }

  /** A manifest's step, which its name begins with. */
  static long step(String manifest) {
    return Long.parseLong(manifest.substring(0, manifest.indexOf('-')));
  }

  private static Map<String, Instant> times(ObjectStore store, String folder) {
    var times = new TreeMap<String, Instant>();
    store
        .list(folder)
        .forEach(
            object -> times.put(object.key().substring(folder.length()), object.lastModified()));
    return times;
  }
}
