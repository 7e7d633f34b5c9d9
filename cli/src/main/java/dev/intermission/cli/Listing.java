package dev.intermission.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.intermission.checkpoint.catalogue.Content;
import dev.intermission.checkpoint.catalogue.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a list of checkpoints looks to people and to programs. */
final class Listing {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ROW = "%1$-10s %2$-10s %3$-6s %4$10s %5$8s %7$-28s %8$s";
  private static final String ROW_VERIFIED =
      "%1$-10s %2$-10s %3$-6s %4$10s %5$8s %6$-9s %7$-28s %8$s";

  private Listing() {}

  /**
   * Lines for people, a head line first.
   *
   * @param verdicts by manifest; where there are none, nobody asked, and there is no column
   */
  static List<String> table(List<Entry> entries, Map<String, Verdict> verdicts, Instant now) {
    var row = verdicts.isEmpty() ? ROW : ROW_VERIFIED;
    var lines = new ArrayList<String>();
    lines.add(
        row.formatted(
            "STEP", "STANDING", "AGE", "SIZE", "OBJECTS", "VERIFIED", "CONTAINS", "NOTES"));
    for (var entry : entries) {
      var verdict = Optional.ofNullable(verdicts.get(entry.manifest()));
      lines.add(row.formatted(cells(entry, verdict, now)).stripTrailing());
    }
    return lines;
  }

  /** One JSON array; times in UTC, sizes in bytes. {@code verdicts}: as for {@link #table}. */
  static String json(List<Entry> entries, Map<String, Verdict> verdicts) {
    var array = JSON.createArrayNode();
    for (var entry : entries) {
      var node = array.addObject();
      node.put("manifest", entry.manifest());
      node.put("step", entry.step());
      node.put("standing", entry.standing().name());
      fill(node, entry.content());
      entry.notes().pinnedBy().forEach(node.putArray("pinnedBy")::add);
      node.put("marked", entry.notes().marked());
      node.put("quarantined", entry.notes().quarantined());
      var verdict = Optional.ofNullable(verdicts.get(entry.manifest()));
      verdict.ifPresent(found -> node.put("verified", found.word()));
      verdict.flatMap(Verdict::defect).ifPresent(what -> node.put("defect", what));
    }
    return array.toPrettyString();
  }

  private static void fill(ObjectNode node, Content content) {
    switch (content) {
      case Content.Readable whole -> {
        node.put("createdAt", whole.createdAt().toString());
        node.put("bytes", whole.bytes());
        node.put("objects", whole.objects());
        node.put("finished", whole.finished());
        whole.contains().forEach(node.putArray("contains")::add);
      }
      case Content.Unreadable(var why) -> node.put("unreadable", why);
    }
  }

  private static Object[] cells(Entry entry, Optional<Verdict> verdict, Instant now) {
    var standing = entry.standing().name().toLowerCase(Locale.ROOT).replace('_', '-');
    var verified = verdict.map(Verdict::word).orElse("");
    var defect = verdict.flatMap(Verdict::defect).orElse("");
    return switch (entry.content()) {
      case Content.Readable whole ->
          new Object[] {
            entry.step(),
            standing,
            age(Duration.between(whole.createdAt(), now)),
            size(whole.bytes()),
            whole.objects(),
            verified,
            String.join(",", whole.contains()),
            notes(entry, whole.finished()) + defect
          };
      case Content.Unreadable(var why) ->
          new Object[] {
            entry.step(), standing, "?", "?", "?", verified, "", notes(entry, false) + why
          };
    };
  }

  private static String notes(Entry entry, boolean finished) {
    var notes = new ArrayList<String>();
    if (finished) notes.add("finished");
    if (entry.notes().quarantined()) notes.add("quarantined");
    if (entry.notes().marked()) notes.add("marked");
    entry.notes().pinnedBy().forEach(owner -> notes.add("pinned by " + owner));
    return notes.isEmpty() ? "" : String.join(", ", notes) + " ";
  }

  private static String age(Duration age) {
    if (age.toDays() > 0) return age.toDays() + "d";
    if (age.toHours() > 0) return age.toHours() + "h";
    if (age.toMinutes() > 0) return age.toMinutes() + "m";
    return Math.max(0, age.toSeconds()) + "s";
  }

  private static String size(long bytes) {
    if (bytes < 1 << 10) return bytes + " B";
    var units = List.of("KiB", "MiB", "GiB", "TiB");
    var size = (double) bytes;
    var unit = -1;
    while (size >= 1024 && unit < units.size() - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, units.get(unit));
  }
}
