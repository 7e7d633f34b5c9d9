package dev.intermission.agent.script;

import static dev.intermission.agent.script.TestingFiles.archive;

import dev.intermission.agent.config.Watch;
import dev.intermission.control.NamePattern;
import dev.intermission.control.PosixSignal;
import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.ProgressFile;
import dev.intermission.sdk.directory.Request;
import dev.intermission.sdk.directory.Request.At;
import dev.intermission.sdk.directory.ScriptFile;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A script whose checkpoints are looked at when a test says so, by a clock of the test. */
final class TestingWatch {

  private static final Duration SETTLE = Duration.ofSeconds(2);

  final TestingScript script = new TestingScript();
  final SharedDirectory directory;
  private final Path out;
  private final AtomicLong nanos = new AtomicLong();
  private final StandIn standIn;

  TestingWatch(Path root, String pattern) throws IOException {
    directory = new SharedDirectory(root);
    out = Files.createDirectory(root.resolve("watched"));
    var complete = new Watch.Complete(SETTLE, Optional.empty());
    var signal = Optional.of(PosixSignal.SIGTERM);
    var watch = new Watch(out, NamePattern.parse(pattern), Optional.empty(), complete, signal);
    standIn = new StandIn(watch, directory, script, nanos::get);
  }

  TestingWatch begun() {
    return begun(Optional.empty());
  }

  /** Restored at {@code step}, from a file that the pattern knows. */
  TestingWatch begunAfter(String file, long step) throws IOException {
    Files.createDirectories(directory.resume());
    Files.write(directory.resume().resolve(file), archive("weights of " + file));
    return begun(Optional.of(step));
  }

  private TestingWatch begun(Optional<Long> restored) {
    directory.agent().replace(AgentFile.starting().withRestored(restored));
    look();
    return this;
  }

  Path write(String name) throws IOException {
    return Files.write(out.resolve(name), archive("weights of " + name));
  }

  void delete(String name) throws IOException {
    Files.delete(out.resolve(name));
  }

  void look() {
    standIn.look();
  }

  void finish() {
    standIn.finish();
  }

  /** What is there is seen, and seen again, once, when it has not changed for long enough. */
  void settle() {
    look();
    nanos.addAndGet(SETTLE.toNanos());
    look();
  }

  void ask(long id, boolean hold) {
    directory.control().replace(new Request.Checkpoint(id, new At.Next(), hold));
    look();
  }

  void letGo(long id) {
    directory.control().replace(new Request.Continue(id));
    look();
  }

  Set<Long> taken() {
    return directory.checkpoints().complete().keySet();
  }

  ProgressFile progress() {
    return directory.progress().read().orElseThrow();
  }

  ScriptFile memory() {
    return directory.script().read().orElseThrow();
  }
}
