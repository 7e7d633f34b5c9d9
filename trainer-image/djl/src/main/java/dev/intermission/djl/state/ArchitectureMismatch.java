package dev.intermission.djl.state;

import java.util.SortedMap;
import java.util.TreeSet;

/** A checkpoint of another network, refused before anything of it was loaded. */
public final class ArchitectureMismatch extends RuntimeException {

  private ArchitectureMismatch(String message) {
    super(message);
  }

  /** Compares type and shape of every tensor; names the first that differs and how many more do. */
  static void check(
      String file, SortedMap<String, String> found, SortedMap<String, String> expected) {
    var names = new TreeSet<>(found.keySet());
    names.addAll(expected.keySet());
    var differing =
        names.stream()
            .filter(name -> !expected.getOrDefault(name, "").equals(found.getOrDefault(name, "")))
            .toList();
    if (differing.isEmpty()) return;
    var first = differing.getFirst();
    throw new ArchitectureMismatch(
        "The checkpoint is of another network: parameter %s in %s: expected %s, found %s%s. Nothing was loaded. Run the image that wrote it, or start without it."
            .formatted(
                first,
                file,
                expected.getOrDefault(first, "no such parameter"),
                found.getOrDefault(first, "no such parameter"),
                differing.size() == 1
                    ? ""
                    : " (and %d more differ)".formatted(differing.size() - 1)));
  }
}
