package dev.intermission.agent.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.TestingProcesses;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.PosixSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, known by the uid of a pod that nobody else has. */
final class ScriptProcessesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A process and its child: each counts, and leaves a note when it is told to save. */
  private static final String TWO =
      """
      count() {
        trap "touch $1-told" USR1
        while [ -e alive ]; do n=$((n + 1)); echo $n >$1.new; mv $1.new $1; sleep 0.02; done
      }
      count child & echo $! >child.pid
      count first
      wait
      """;

  @TempDir Path root;
  private final String podUid = UUID.randomUUID().toString();
  private final ScriptProcesses script =
      new ScriptProcesses(Path.of("/proc"), podUid, Optional.of(PosixSignal.SIGUSR1));
  private final TestingProcesses started = new TestingProcesses();

  @BeforeEach
  void begin() throws IOException {
    Files.createFile(root.resolve("alive"));
  }

  /** By themselves, so that nobody writes any more while the folder is deleted. */
  @AfterEach
  void end() throws Exception {
    Files.delete(root.resolve("alive"));
    for (var process : started.all()) process.waitFor(2, TimeUnit.SECONDS);
    started.close();
  }

  @Test
  void onlyTheFirstProcessIsToldToSave() throws IOException {
    run(TWO);
    goesOn("first");
    goesOn("child");

    assertThat(script.askToSave()).isTrue();

    eventually("the first was told", () -> Files.exists(root.resolve("first-told")));
    goesOn("child"); // a trap is run between two commands
    assertThat(root.resolve("child-told")).doesNotExist();
  }

  @Test
  void allOfThemStandStillAndGoOn() throws IOException {
    var first = run(TWO);
    goesOn("first");
    goesOn("child");
    var child = number("child.pid");

    script.stop();
    eventually("both stand still", () -> stands(first.pid()) && stands(child));
    script.goOn();

    eventually("nobody stands still", () -> !stands(first.pid()) && !stands(child));
    goesOn("first");
    goesOn("child");
  }

  @Test
  void whoWasToldToEndIsNeverStoppedAgain() throws Exception {
    var ending =
        run(
            "trap 'touch ending; while [ ! -e may-end ]; do sleep 0.02; done; exit 0' TERM;"
                + " touch ready; while [ -e alive ]; do sleep 0.02; done");
    eventually("it runs", () -> Files.exists(root.resolve("ready")));
    script.stop();
    eventually("it stands still", () -> stands(ending.pid()));

    ending.destroy(); // SIGTERM, which waits for it
    script.stop();
    eventually("it ends", () -> Files.exists(root.resolve("ending")));
    script.stop(); // it has been taken, and nothing waits any more
    Files.createFile(root.resolve("may-end"));

    assertThat(ending.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoHasAFileOpenForReadingDoesNotWriteIt() throws IOException {
    var file = Files.write(root.resolve("weights"), new byte[1]);
    var print = Print.of(file).orElseThrow();
    assertThat(script.writes(print)).isFalse();
    run("exec 3<weights; touch reads; while [ -e alive ]; do sleep 0.02; done");
    eventually("it is open", () -> Files.exists(root.resolve("reads")));
    assertThat(script.writes(print)).isFalse();

    run("(exec 4>>weights; touch writes; while [ -e alive ]; do sleep 0.02; done) & wait");
    eventually("it is open", () -> Files.exists(root.resolve("writes")));

    assertThat(script.writes(print)).as("a child of the script").isTrue();
  }

  @Test
  void aScriptRunsFromItsStartToItsEnd() throws IOException {
    assertThat(script.runs()).isFalse();
    assertThat(script.askToSave()).as("there is nobody to ask").isFalse();
    var process = run("while [ -e alive ]; do sleep 0.02; done");
    eventually("it runs", script::runs);

    TestingProcesses.kill(process);

    eventually("it ended", () -> !script.runs());
  }

  @Test
  void withoutASignalNobodyIsToldAnything() throws IOException {
    var untold = new ScriptProcesses(Path.of("/proc"), podUid, Optional.empty());
    run(TWO);
    goesOn("first");

    assertThat(untold.isSeen()).isFalse();
    assertThat(untold.askToSave()).as("its next checkpoint will do").isTrue();

    goesOn("first");
    assertThat(root.resolve("first-told")).doesNotExist();
  }

  private Process run(String lines) throws IOException {
    var builder = new ProcessBuilder("/bin/sh", "-c", lines).directory(root.toFile());
    builder.environment().put(AgentEnvironment.WATCHED_BY, podUid);
    return started.start(builder);
  }

  /** Has counted on twice from now on. */
  private void goesOn(String who) {
    var from = number(who);
    eventually(who + " counts on", () -> number(who) >= from + 2);
  }

  private long number(String file) {
    try {
      return Long.parseLong(Files.readString(root.resolve(file)).strip());
    } catch (IOException _) {
      return 0; // not yet
    }
  }

  private static boolean stands(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
    } catch (IOException e) {
      throw new AssertionError("the script is gone", e);
    }
  }

  private static void eventually(String what, BooleanSupplier holds) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) throw new AssertionError("never: " + what);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }
}
