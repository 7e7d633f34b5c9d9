package dev.intermission.checkpoint.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real server of this test JVM, in a temporary folder of its own; both are gone when the JVM
 * ends.
 */
public final class TestingProcess {

  private final Process process;
  private final Path folder;

  private TestingProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /** Starts {@code command} in {@code folder}, which it takes over. */
  public static TestingProcess start(
      Path folder, List<String> command, Map<String, String> environment) {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      builder.directory(folder.toFile()).redirectOutput(log(folder).toFile());
      var started = new TestingProcess(builder.start(), folder);
      Runtime.getRuntime().addShutdownHook(new Thread(started::stop));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path newFolder(String name) {
    try {
      return Files.createTempDirectory("intermission-" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it still runs; one that ended says why in {@link #log()}. */
  public boolean alive() {
    return process.isAlive();
  }

  public String log() {
    try {
      return Files.readString(log(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
      try (var walk = Files.walk(folder)) {
        for (var path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("a test server's folder stays: " + folder + " (" + e + ")");
    }
  }

  private static Path log(Path folder) {
    return folder.resolve("server.log");
  }
}
