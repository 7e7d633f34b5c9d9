package dev.intermission.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.sdk.directory.CheckpointDeclaration;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The real program in a JVM of its own; killed when the test ends. */
record TrainerProcess(Process process, SharedDirectory directory, Path log)
    implements AutoCloseable {

  static final long STEPS = 80;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  static TrainerProcess start(Path directory, Map<String, String> environment, String... more)
      throws IOException {
    Files.createDirectories(directory);
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DjlMain.class.getName()));
    command.addAll(
        List.of("--steps", Long.toString(STEPS), "--warm-up", "10", "--report-every", "40"));
    command.addAll(List.of("--directory", directory.toString()));
    command.addAll(List.of(more));
    var log = Files.createTempFile(directory, "trainer", ".log");
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()));
    builder.environment().putAll(environment);
    return new TrainerProcess(builder.start(), new SharedDirectory(directory), log);
  }

  CheckpointDeclaration checkpoint(long step) {
    return SharedDirectory.declaration(directory.checkpoints().folder(step)).read().orElseThrow();
  }

  /**
   * Waits until {@code condition} holds; fails with the log when the process ends before or it
   * takes too long.
   */
  void until(String what, BooleanSupplier condition) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() && !condition.getAsBoolean())
        throw new AssertionError("ended before " + what + ":\n" + output());
      if (System.nanoTime() > deadline)
        throw new AssertionError("never: " + what + "\n" + output());
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(this::output).isTrue();
    return process.exitValue();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
