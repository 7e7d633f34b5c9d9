package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the collector remembers from one sweep to the next, each fact the key of an empty object, so
 * that one listing reads all of them.
 *
 * @param abandoned manifests that were seen off HEAD's chain, since when
 * @param milestones manifests that were on HEAD's chain, with their parent's step: once the ones
 *     between them and HEAD are deleted, the chain itself cannot tell any more
 */
record Notes(Map<String, Instant> abandoned, Map<String, Long> milestones) {

  private static final String ABANDONED = "abandoned/";
  private static final String MILESTONES = "milestones/";

  static Notes read(ObjectStore store, Layout layout) {
    var abandoned = new TreeMap<String, Instant>();
    var milestones = new TreeMap<String, Long>();
    store
        .list(layout.notes())
        .forEach(
            object -> {
              var name = object.key().substring(layout.notes().length());
              if (name.startsWith(ABANDONED)) {
                abandoned.put(name.substring(ABANDONED.length()), object.lastModified());
              } else if (name.startsWith(MILESTONES)) {
                milestone(name.substring(MILESTONES.length()), milestones);
              }
            });
    return new Notes(abandoned, milestones);
  }

  static String abandonedKey(Layout layout, String manifest) {
    return layout.notes() + ABANDONED + manifest;
  }

  static String milestoneKey(Layout layout, String manifest, long parentStep) {
    return layout.notes() + MILESTONES + manifest + "/" + parentStep;
  }

  Optional<Instant> abandonedSince(String manifest) {
    return Optional.ofNullable(abandoned.get(manifest));
  }

  private static void milestone(String name, Map<String, Long> into) {
    var slash = name.indexOf('/');
    if (slash < 0 || !ManifestRef.isName(name.substring(0, slash))) return; // not one of ours
    if (!name.substring(slash + 1).matches("[0-9]{1,18}")) return;
    into.put(name.substring(0, slash), Long.parseLong(name.substring(slash + 1)));
  }
}
