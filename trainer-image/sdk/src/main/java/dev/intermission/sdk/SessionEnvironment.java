package dev.intermission.sdk;

import dev.intermission.sdk.directory.OverridesFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator tells a trainer by environment variables. Outside Kubernetes none of them is
 * set, and the trainer saves to a local directory instead.
 *
 * @param directory {@code INTERMISSION_DIR}; empty outside Kubernetes
 * @param resumeStep {@code INTERMISSION_RESUME_STEP}: the restored step is this one or a later one,
 *     or training does not start
 * @param worker which part of which run this process is
 * @param cadence when to save without being asked
 * @param overrides hyperparameters, read from the file that {@code INTERMISSION_OVERRIDES} names
 */
public record SessionEnvironment(
    Optional<Path> directory,
    Optional<Long> resumeStep,
    Worker worker,
    Cadence cadence,
    Overrides overrides) {

  /** {@code INTERMISSION_JOB, _RUN, _RANK, _WORLD_SIZE}. */
  public record Worker(String job, long run, int rank, int worldSize) {
    public Worker {
      if (worldSize < 1 || rank < 0 || rank >= worldSize) {
        throw new InvalidEnvironment(
            List.of("INTERMISSION_RANK: " + rank + " is no rank of " + worldSize + " workers"));
      }
    }
  }

  /**
   * Reads the variables.
   *
   * @throws InvalidEnvironment names every variable that is not what it should be
   */
  public static SessionEnvironment of(Map<String, String> variables) {
    var reader = new Reader(variables, new ArrayList<>());
    var directory = reader.text("INTERMISSION_DIR").map(Path::of);
    var resumeStep = reader.number("INTERMISSION_RESUME_STEP");
    var job = reader.text("INTERMISSION_JOB").orElse("local");
    var run = reader.number("INTERMISSION_RUN").orElse(0L);
    var rank = reader.number("INTERMISSION_RANK").orElse(0L);
    var worldSize = reader.number("INTERMISSION_WORLD_SIZE").orElse(1L);
    var everySteps =
        reader.number("INTERMISSION_CHECKPOINT_EVERY_STEPS").filter(steps -> steps > 0);
    var interval =
        reader.number("INTERMISSION_CHECKPOINT_INTERVAL_SECONDS").filter(seconds -> seconds > 0);
    var overrides =
        reader
            .text("INTERMISSION_OVERRIDES")
            .map(Path::of)
            .map(file -> new Overrides(new OverridesFile(file).read()))
            .orElse(Overrides.NONE);
    if (!reader.problems().isEmpty()) throw new InvalidEnvironment(reader.problems());
    return new SessionEnvironment(
        directory,
        resumeStep,
        new Worker(job, run, rank.intValue(), worldSize.intValue()),
        new Cadence(everySteps, interval.map(Duration::ofSeconds)),
        overrides);
  }

  /** The same worker with a cadence of the program's own. */
  public SessionEnvironment withCadence(Cadence other) {
    return new SessionEnvironment(directory, resumeStep, worker, other, overrides);
  }

  private record Reader(Map<String, String> variables, List<String> problems) {

    /** The operator sets a variable to the empty string where it has nothing to say. */
    Optional<String> text(String name) {
      return Optional.ofNullable(variables.get(name))
          .map(String::strip)
          .filter(text -> !text.isEmpty());
    }

    Optional<Long> number(String name) {
      return text(name).flatMap(text -> parse(name, text));
    }

    private Optional<Long> parse(String name, String text) {
      if (text.matches("[0-9]{1,9}")) return Optional.of(Long.valueOf(text));
      problems.add(name + ": expected a number from 0 to 999999999, found \"" + text + "\"");
      return Optional.empty();
    }
  }

  /** The environment is not what the contract says; the message lists every variable. */
  public static final class InvalidEnvironment extends IllegalArgumentException {
    InvalidEnvironment(List<String> problems) {
      super("Invalid environment: " + String.join("; ", problems));
    }
  }
}
