package dev.intermission.e2e;

import static java.time.Duration.ZERO;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each disturbance came, and how long it then took until a newer checkpoint was
 * committed. A job that is disturbed again before is not measured for the first time.
 */
final class Recoveries {

  private record Blow(Disturbance by, Instant at, long step) {}

  private final Map<Disturbance, Integer> times = new TreeMap<>();
  private final Map<Disturbance, Duration> longest = new TreeMap<>();
  private final Map<String, Blow> open = new HashMap<>();

  /** {@code step} is that of the newest checkpoint now. */
  void struck(JobHandle job, Disturbance by, long step) {
    times.merge(by, 1, Integer::sum);
    open.put(job.name(), new Blow(by, Instant.now(), step));
  }

  /** The job as it is now: its newest checkpoint may be newer than the blow. */
  void look(JobHandle job, JsonNode now) {
    var blow = open.get(job.name());
    var newest = now.at("/status/checkpoint");
    if (blow == null || newest.path("step").asLong() <= blow.step()) return;
    open.remove(job.name());
    // The blow is timed after HEAD was looked at, a manifest before HEAD names it.
    var committed = Instant.parse(newest.path("committedAt").asText());
    var took = committed.isBefore(blow.at()) ? ZERO : Duration.between(blow.at(), committed);
    longest.merge(blow.by(), took, (one, other) -> one.compareTo(other) > 0 ? one : other);
  }

  /** A row for each kind; times are upper bounds, of the newest checkpoint when somebody looked. */
  String table() {
    var lines = new StringBuilder("| disturbance | times | longest until a newer commit, s |\n");
    lines.append("| --- | --- | --- |\n");
    times.forEach(
        (kind, count) ->
            lines.append("| %s | %d | %s |%n".formatted(name(kind), count, longest(kind))));
    return lines.toString();
  }

  private String longest(Disturbance kind) {
    var known = longest.get(kind);
    return known == null ? "not measured" : "%.1f".formatted(known.toMillis() / 1000.0);
  }

  private static String name(Disturbance kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
