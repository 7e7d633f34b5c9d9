package dev.intermission.agent.script;

import dev.intermission.agent.config.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Which of the script's checkpoints are complete (docs/trainer-contract.md, "Scripts that know
 * nothing of this"). Never one whose own format says that it is cut off, and with a marker never
 * one without it. Beyond that, while the script runs: one that has not changed for a while, and
 * that no process of it has open for writing. Once it has ended, nobody will finish what it left:
 * then only a file that says of itself that it is whole, what was renamed into place, or what has
 * its marker.
 */
final class Complete {

  /**
   * Where the script's processes cannot be seen, it may be dead: the kubelet tells us to end too
   * within this time, and then what is half written is never taken for complete.
   */
  private static final Duration END_IS_TOLD_WITHIN = Duration.ofSeconds(10);

  private final Watch watch;
  private final Script script;
  private final Settling settling;

  Complete(Watch watch, Script script, LongSupplier nanoTime) {
    this.watch = watch;
    this.script = script;
    this.settling = new Settling(nanoTime);
  }

  /** What there is to say about the directory now. */
  record Look(List<Found> complete, Set<String> there, List<Found> torn) {}

  /**
   * Looks at what does not look as it did when it was {@code taken}.
   *
   * @param atTheEnd nobody will write any more
   */
  Look look(Map<String, String> taken, boolean atTheEnd) throws IOException {
    var complete = new ArrayList<Found>();
    var torn = new ArrayList<Found>();
    var there = new HashSet<String>();
    for (var path : entries()) {
      var print = Print.of(path);
      if (print.isEmpty()) continue;
      var found = new Found(path, print.get());
      there.add(found.name());
      if (found.print().sum().equals(taken.get(found.name()))) continue;
      if (isComplete(found, atTheEnd)) complete.add(found);
      else if (atTheEnd) torn.add(found);
    }
    settling.keepOnly(there);
    return new Look(complete, there, torn);
  }

  /** All names that a checkpoint may have, with what they look like. */
  Map<String, String> prints() throws IOException {
    var prints = new HashMap<String, String>();
    for (var path : entries()) {
      Print.of(path).ifPresent(print -> prints.put(path.getFileName().toString(), print.sum()));
    }
    return prints;
  }

  private List<Path> entries() throws IOException {
    try (var entries =
        Files.newDirectoryStream(
            watch.directory(), path -> watch.pattern().matches(path.getFileName().toString()))) {
      var sorted = new ArrayList<Path>();
      entries.forEach(sorted::add);
      sorted.sort(null);
      return sorted;
    } catch (NoSuchFileException _) {
      return List.of(); // the script has not made it yet
    }
  }

  private boolean isComplete(Found found, boolean atTheEnd) throws IOException {
    try {
      if (!isMarked(found) || Wholeness.of(found.path()) == Wholeness.CUT_OFF) return false;
      return atTheEnd ? wasFinished(found) : hasSettled(found);
    } catch (NoSuchFileException _) {
      return false; // it is being replaced
    }
  }

  private boolean hasSettled(Found found) throws IOException {
    if (!settling.isOver(found.name(), found.print(), patience(found))) return false;
    return !script.writes(found.print());
  }

  private Duration patience(Found found) throws IOException {
    var settle = watch.complete().settle();
    var sure =
        script.isSeen()
            || watch.complete().marker().isPresent()
            || isFile(found) && Wholeness.of(found.path()) == Wholeness.WHOLE;
    return sure || settle.compareTo(END_IS_TOLD_WITHIN) > 0 ? settle : END_IS_TOLD_WITHIN;
  }

  /** Of what a script left that has ended: killed in the middle of a save, perhaps. */
  private boolean wasFinished(Found found) throws IOException {
    if (watch.complete().marker().isPresent() || found.print().renamed()) return true;
    return isFile(found) && Wholeness.of(found.path()) == Wholeness.WHOLE;
  }

  /** A marker counts only if it is newer than what it marks: names are used again. */
  private boolean isMarked(Found found) throws IOException {
    var marker = watch.complete().marker();
    if (marker.isEmpty()) return true;
    var inside = Files.isDirectory(found.path(), LinkOption.NOFOLLOW_LINKS);
    var file =
        inside
            ? found.path().resolve(marker.get())
            : found.path().resolveSibling(found.name() + marker.get());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return false;
    var marked = changed(file);
    if (!inside) return !marked.isBefore(found.print().changed());
    try (var walk = Files.walk(found.path())) {
      for (var other : walk.toList()) {
        if (Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS) && changed(other).isAfter(marked))
          return false;
      }
    }
    return true;
  }

  private static boolean isFile(Found found) {
    return Files.isRegularFile(found.path(), LinkOption.NOFOLLOW_LINKS);
  }

  private static Instant changed(Path file) throws IOException {
    return ((FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS))
        .toInstant();
  }
}
