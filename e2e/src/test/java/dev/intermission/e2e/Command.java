package dev.intermission.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program run to its end, from the root of the checkout. Its standard error goes to the test's
 * own, so that long builds show what they do.
 */
record Command(List<String> words, Map<String, String> environment, Duration limit) {

  static Command of(String... words) {
    return new Command(List.of(words), Map.of(), Duration.ofMinutes(40));
  }

  Command and(List<String> more) {
    return new Command(Stream.concat(words.stream(), more.stream()).toList(), environment, limit);
  }

  Command with(String name, String value) {
    var all = new HashMap<>(environment);
    all.put(name, value);
    return new Command(words, Map.copyOf(all), limit);
  }

  Command within(Duration limit) {
    return new Command(words, environment, limit);
  }

  /** What came of it: the exit status and all that it wrote to standard output. */
  record Result(int exit, String output) {}

  /** Standard output, without the line's end. Fails with the output if the program does. */
  String run() {
    var result = attempt();
    if (result.exit() != 0) {
      throw new AssertionError(
          String.join(" ", words) + " ended with " + result.exit() + ":\n" + result.output());
    }
    return result.output().strip();
  }

  /**
   * Runs it with standard error mixed into the output; the exit status is the caller's to judge.
   */
  Result attemptWithErrors() {
    return execute(new ProcessBuilder(words).redirectErrorStream(true));
  }

  private Result attempt() {
    return execute(new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  private Result execute(ProcessBuilder builder) {
    builder
        .directory(Repository.root().toFile())
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            String.join(" ", words) + " did not end within " + limit + ":\n" + output);
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", words), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + String.join(" ", words), e);
    }
  }
}
