package dev.intermission.checkpoint.retention;

import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * HEAD's chain of parents, newest first. Counting goes along it, never by name: after a rollback
 * the highest steps are the abandoned ones.
 *
 * @param names of all manifests of the chain that are still there
 */
record Lineage(List<String> names) {

  static Lineage of(Optional<ManifestRef> head, ManifestStore manifests) {
    var names = new ArrayList<String>();
    for (var next = head.map(ManifestRef::name); next.isPresent(); ) {
      var manifest = manifests.find(next.get());
      if (manifest.isEmpty()) break; // an earlier sweep ended the history here
      names.add(next.get());
      next = manifest.flatMap(Manifest::parent).map(ManifestRef::name);
    }
    return new Lineage(List.copyOf(names));
  }

  /** What the rule keeps. */
  Set<String> newest(KeepRule keep) {
    return new LinkedHashSet<>(names.subList(0, Math.min(keep.last(), names.size())));
  }
}
