package dev.intermission.agent.script;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** For how long what was seen has looked the same. By our own clock: a file's times can be set. */
final class Settling {

  private final LongSupplier nanoTime;
  private final Map<String, Since> known = new HashMap<>();

  private record Since(String sum, long nanos) {}

  Settling(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether {@code name} has looked like this for so long, as far as it was asked for. */
  boolean isOver(String name, Print print, Duration wanted) {
    var now = nanoTime.getAsLong();
    var since =
        known.compute(
            name,
            (_, old) ->
                old != null && old.sum().equals(print.sum()) ? old : new Since(print.sum(), now));
    return now - since.nanos() >= wanted.toNanos();
  }

  /** Forgets all other names. */
  void keepOnly(Set<String> names) {
    known.keySet().retainAll(names);
  }
}
