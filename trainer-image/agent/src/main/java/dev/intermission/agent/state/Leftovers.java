package dev.intermission.agent.state;

import java.util.List;
import java.util.Optional;

/**
 * Which local folders are of no more use: the disk keeps at most one durable step and one on its
 * way.
 */
public final class Leftovers {

  private Leftovers() {}

  /**
   * Folders to delete; never the newest one, the durable one, the one in flight, or the one to save
   * next.
   */
  public static List<Folder> of(Facts facts) {
    var folders = facts.seen().folders();
    if (!facts.mayWrite() || folders.isEmpty()) return List.of();
    var newest = folders.lastKey();
    var durable = facts.uploads().durable().map(Durable::step);
    var inFlight = facts.uploads().inFlight().map(Upload::step);
    var next = UploadPlan.next(facts).map(Upload::step);
    return folders.values().stream()
        .filter(folder -> folder.step() != newest)
        .filter(folder -> !names(durable, folder))
        .filter(folder -> !names(inFlight, folder))
        .filter(folder -> !names(next, folder))
        .toList();
  }

  /** Whether the restored files can go: the trainer trained past them. */
  public static boolean resumeIsUsed(Facts facts) {
    return facts.restored()
        && facts
            .seen()
            .progress()
            .filter(now -> now.step() > facts.start().step().orElse(0L))
            .isPresent();
  }

  private static boolean names(Optional<Long> step, Folder folder) {
    return step.filter(value -> value == folder.step()).isPresent();
  }
}
