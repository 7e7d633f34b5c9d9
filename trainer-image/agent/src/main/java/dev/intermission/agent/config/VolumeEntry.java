package dev.intermission.agent.config;

import dev.intermission.agent.config.Watch.Complete;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.NamePattern;
import dev.intermission.control.PosixSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads where the agent meets its trainer. */
final class VolumeEntry {

  private static final long DEFAULT_SETTLE_SECONDS = 2;

  private VolumeEntry() {}

  static Volume read(Variables read) {
    var root = Path.of(read.optional(AgentEnvironment.DIR).orElse(AgentEnvironment.DEFAULT_DIR));
    var watched = read.optional(AgentEnvironment.WATCH_DIR).map(Path::of).map(Path::normalize);
    return new Volume(root, watched.flatMap(directory -> watch(read, root, directory)));
  }

  private static Optional<Watch> watch(Variables read, Path root, Path directory) {
    if (!directory.startsWith(root) || directory.equals(root)) {
      read.complain(AgentEnvironment.WATCH_DIR + ": " + directory + " is not below " + root);
    }
    var pattern = read.parsed(AgentEnvironment.WATCH_PATTERN, NamePattern::parse);
    var settle =
        read.number(AgentEnvironment.WATCH_SETTLE_SECONDS, 0, Optional.of(DEFAULT_SETTLE_SECONDS));
    var signal =
        read.optional(AgentEnvironment.PAUSE_SIGNAL)
            .map(_ -> read.parsed(AgentEnvironment.PAUSE_SIGNAL, PosixSignal::parse));
    if (pattern == null) return Optional.empty();
    return Optional.of(
        new Watch(
            directory,
            pattern,
            read.optional(AgentEnvironment.WATCH_STEP_FILE),
            new Complete(Duration.ofSeconds(settle), read.optional(AgentEnvironment.WATCH_MARKER)),
            signal));
  }
}
