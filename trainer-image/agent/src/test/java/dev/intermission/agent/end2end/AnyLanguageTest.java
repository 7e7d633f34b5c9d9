package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingProcesses;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/any-language.yaml}: the script in it, as it is, beside a real agent. */
final class AnyLanguageTest {

  private static final long STEPS = 60;
  private static TestingMinio minio;
  private static String script;

  @TempDir Path root;
  private TestingJob job;
  private final TestingProcesses trainers = new TestingProcesses();

  @BeforeAll
  static void startMinio(@TempDir Path data) throws IOException {
    minio = TestingMinio.in(data.resolve("data"));
    script =
        Files.readAllLines(Path.of("../../examples/any-language.yaml")).stream()
            .dropWhile(line -> !line.endsWith("train.sh: |"))
            .skip(1)
            .takeWhile(line -> line.startsWith("    "))
            .map(line -> line.substring(4))
            .collect(Collectors.joining("\n"));
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
    trainers.close();
    job.close();
  }

  @Test
  void pausedAndResumedItEndsWithTheNumberOfAnUndisturbedRun() throws Exception {
    job.seal(1);
    var first = job.pod(1, "pod-1");
    var operator = job.operator(job.start(first), first);
    var paused = train(first);
    eventually("trained", () -> step(first) > 5);
    operator.save(7, true);
    var step = operator.awaitState(7, SaveState.HELD).step().orElseThrow();
    TestingProcesses.kill(paused);
    job.seal(2);

    var second = job.pod(2, "pod-2");
    job.start(second);
    var end = train(second);

    assertThat(end.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(end.exitValue()).isZero();
    assertThat(second.directory().progress().read().orElseThrow().firstStep()).contains(step + 1);
    assertThat(job.newest().finished()).isTrue();
    assertThat(job.head().step()).isEqualTo(STEPS);
    assertThat(second.directory().checkpoints().folder(STEPS).resolve("state"))
        .hasContent(Long.toString(stateAfter(STEPS)));
  }

  @Test
  void anArmedStepIsSavedAndOneThatHasPassedIsMissed() throws Exception {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    var operator = job.operator(job.start(pod), pod);
    train(pod);
    eventually("trained", () -> step(pod) > 5);

    operator.save(new SaveCommand(7, Optional.of(2L), true));
    operator.awaitState(7, SaveState.MISSED);
    operator.save(new SaveCommand(8, Optional.of(40L), true));
    assertThat(operator.awaitState(8, SaveState.HELD).step()).contains(40L);
    operator.letGo(8);

    eventually("trains on", () -> step(pod) > 40);
    assertThat(job.newest().requestId()).contains(8L);
  }

  private Process train(TestingJob.Pod pod) throws IOException {
    var builder = new ProcessBuilder("/bin/sh", "-c", script, "train.sh", Long.toString(STEPS));
    builder.environment().put("INTERMISSION_DIR", pod.path().toString());
    return trainers.start(builder);
  }

  private static long step(TestingJob.Pod pod) {
    return pod.directory().progress().read().map(now -> now.step()).orElse(0L);
  }

  private static long stateAfter(long steps) {
    var state = 0L;
    for (var step = 1; step <= steps; step++) state = state * 31 % 65521 + 1;
    return state;
  }
}
