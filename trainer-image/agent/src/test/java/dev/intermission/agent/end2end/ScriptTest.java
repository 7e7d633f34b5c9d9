package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.AgentApp;
import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingProcesses;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.SaveState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of a script that knows nothing of us, a real agent, and a real store. */
final class ScriptTest {

  /**
   * Counts. Saves on SIGTERM, slowly and in place, and leaves; on SIGUSR1 it saves and goes on.
   * Resumes from the path that it is given.
   */
  private static final String SCRIPT =
      """
      out=$1 step=0
      if [ -n "$2" ]; then step=$(cat "$2/step"); fi
      save() {
        folder=$out/checkpoint-$step
        mkdir -p "$folder" && echo "$step" >"$folder/step"
        for part in 1 2 3; do echo "$part" >>"$folder/weights"; sleep 0.1; done
        touch "$folder/done"
      }
      trap 'asked=leave' TERM
      trap 'asked=stay' USR1
      while :; do
        sleep 0.05
        step=$((step + 1))
        if [ "$asked" ]; then save; [ "$asked" = stay ] || exit 0; asked=''; fi
        echo "$step" >"$out/progress"
      done
      """;

  private static TestingMinio minio;

  @TempDir Path root;
  private TestingJob job;
  private final TestingProcesses scripts = new TestingProcesses();

  @BeforeAll
  static void startMinio(@TempDir Path data) {
    minio = TestingMinio.in(data.resolve("data"));
  }

  @AfterAll
  static void stopMinio() {
    minio.close();
  }

  @BeforeEach
  void newJob() {
    job = new TestingJob(minio, root);
  }

  @AfterEach
  void endJob() {
    scripts.close();
    job.close();
  }

  @Test
  void aScriptThatSavesOnItsSignalAndLeavesGoesOnFromThere() throws Exception {
    job.seal(1);
    var pod = watched(1, "SIGTERM");
    var operator = job.operator(job.start(pod), pod);
    var script = run(pod, "");
    eventually("it counts", () -> progress(pod) > 3);

    operator.save(7, true);
    var held = operator.awaitState(7, SaveState.HELD);

    assertThat(script.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(script.exitValue()).isZero();
    assertThat(job.newest().requestId()).contains(7L);
    assertThat(job.newest().parts().getFirst().files())
        .extracting(file -> file.path())
        .contains("checkpoint-" + held.step().orElseThrow() + "/weights");

    job.seal(2);
    var next = watched(2, "SIGTERM");
    var agent = job.start(next);
    eventually("the script may start", () -> isStarted(agent, next));
    var resume = watchedDirectory(next).resolve("checkpoint-" + held.step().orElseThrow());
    assertThat(resume.resolve("weights")).hasContent("1\n2\n3\n");
    run(next, resume.toString());
    eventually("it counts on", () -> progress(next) > held.step().orElseThrow());
    assertThat(progress(next)).isLessThan(held.step().orElseThrow() + 100);
  }

  @Test
  void aScriptThatSavesAndGoesOnStandsStillUntilItIsToldToContinue() throws Exception {
    job.seal(1);
    var pod = watched(1, "SIGUSR1");
    var operator = job.operator(job.start(pod), pod);
    run(pod, "");
    eventually("it counts", () -> progress(pod) > 3);

    operator.save(7, true);
    operator.awaitState(7, SaveState.HELD);
    eventually("it stands still", () -> scripts.all().stream().allMatch(ScriptTest::isStopped));
    var stands = progress(pod);

    operator.letGo(7);

    eventually("it counts on", () -> progress(pod) > stands);
    assertThat(operator.look(7).state()).isEqualTo(SaveState.CONTINUED);
  }

  @Test
  void aScriptThatStandsStillCanStillBeEnded() throws Exception {
    job.seal(1);
    var pod = watched(1, "SIGUSR1");
    var operator = job.operator(job.start(pod), pod);
    var script = run(pod, "");
    eventually("it counts", () -> progress(pod) > 3);
    operator.save(7, true);
    operator.awaitState(7, SaveState.HELD);
    eventually("it stands still", () -> isStopped(script));

    script.destroy(); // SIGTERM, as the kubelet does it

    assertThat(script.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void processesOfAnotherPodAreLeftAlone() throws Exception {
    job.seal(1);
    var other = watched(1, "SIGUSR1"); // as on a node whose process namespace everybody shares
    run(other, "");
    eventually("the other counts", () -> progress(other) > 3);
    var pod = watched(1, "SIGUSR1");
    var operator = job.operator(job.start(pod), pod);
    run(pod, "");
    eventually("it counts", () -> progress(pod) > 3);

    operator.save(7, true);
    operator.awaitState(7, SaveState.HELD);
    eventually("it stands still", () -> isStopped(scripts.all().getLast()));

    assertThat(isStopped(scripts.all().getFirst())).isFalse();
    assertThat(watchedDirectory(other)).isDirectoryNotContaining("glob:**checkpoint-*");
  }

  @Test
  void theScriptMayNotStartBeforeItsPartIsTaken() {
    var pod = watched(1, "SIGTERM");
    var agent = job.start(pod);
    assertThat(isStarted(agent, pod)).isFalse();

    job.seal(1);

    eventually("it may start", () -> isStarted(agent, pod));
    assertThat(watchedDirectory(pod)).isDirectory();
  }

  private TestingJob.Pod watched(long run, String signal) {
    var pod = job.pod(run, UUID.randomUUID().toString());
    pod.environment()
        .with("INTERMISSION_WATCH_DIR", watchedDirectory(pod).toString())
        .with("INTERMISSION_WATCH_PATTERN", "checkpoint-{step}")
        .with("INTERMISSION_WATCH_MARKER", "done")
        .with("INTERMISSION_WATCH_SETTLE_SECONDS", "1")
        .with("INTERMISSION_PAUSE_SIGNAL", signal);
    return pod;
  }

  private static Path watchedDirectory(TestingJob.Pod pod) {
    return pod.path().resolve("watched");
  }

  private Process run(TestingJob.Pod pod, String resume) throws IOException {
    var directory = Files.createDirectories(watchedDirectory(pod)).toString();
    var builder = new ProcessBuilder("/bin/sh", "-c", SCRIPT, "script", directory, resume);
    var uid = pod.environment().identity().podUid();
    builder.environment().putAll(Map.of("INTERMISSION_WATCHED_BY", uid));
    return scripts.start(builder);
  }

  private boolean isStarted(AgentApp agent, TestingJob.Pod pod) {
    var asked = RequestFacts.get(AgentPaths.STARTED, 0);
    return job.operator(agent, pod).send(asked, Map.of()).statusCode() == 200;
  }

  private static boolean isStopped(Process script) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(script.pid()), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
    } catch (IOException e) {
      throw new AssertionError("the script is gone", e);
    }
  }

  private static long progress(TestingJob.Pod pod) {
    try {
      var text = Files.readString(watchedDirectory(pod).resolve("progress")).strip();
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (IOException _) {
      return 0; // not yet
    }
  }
}
