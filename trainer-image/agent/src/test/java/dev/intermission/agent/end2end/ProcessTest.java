package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.AgentMain;
import dev.intermission.agent.TestingMinio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as the kubelet sees it: a process of its own, with the options of its image. */
final class ProcessTest {

  private static final int SIGTERM_EXIT = 143;
  private static final int BAD_ENVIRONMENT_EXIT = 64;

  @TempDir Path root;
  private TestingMinio minio;
  private TestingJob job;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void startMinio() {
    minio = TestingMinio.in(root.resolve("data"));
    job = new TestingJob(minio, root);
    job.seal(1);
  }

  @AfterEach
  void stopAll() {
    processes.forEach(Process::destroyForcibly);
    job.close();
    minio.close();
  }

  @Test
  void whatTheTrainerCompletedLastIsSavedAfterSigterm() throws Exception {
    var pod = job.pod(1, "pod-1");
    var agent = start(pod);
    eventually(
        "restored",
        () -> pod.directory().agent().read().filter(memory -> memory.isRestoreOver()).isPresent());
    var folders = pod.directory().checkpoints();
    Files.writeString(folders.begin(50).resolve("model.bin"), "weights");
    Files.writeString(
        folders.root().resolve("50.tmp/checkpoint.json"),
        "{\"step\":50,\"contains\":[\"model\"],\"worldSize\":1,\"finished\":true}");

    folders.commit(50);
    agent.destroy(); // in the same moment: the trainer's exit ends the pod

    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.exitValue()).isEqualTo(SIGTERM_EXIT);
    assertThat(job.head().step()).isEqualTo(50);
    assertThat(job.newest().finished()).isTrue();
  }

  @Test
  void whatAScriptRenamedIntoPlaceLastIsSavedAfterSigterm() throws Exception {
    var pod = job.pod(1, "pod-1");
    var watched = Files.createDirectories(pod.path().resolve("watched"));
    pod.environment()
        .with("INTERMISSION_WATCH_DIR", watched.toString())
        .with("INTERMISSION_WATCH_PATTERN", "model_{step}.bin");
    var agent = start(pod);
    eventually("the script may start", () -> pod.directory().progress().read().isPresent());
    var written = Files.writeString(watched.resolve("model.tmp"), "weights");

    Files.move(written, watched.resolve("model_50.bin"));
    agent.destroy(); // before its loop looks again: the script's exit ends the pod

    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(job.head().step()).isEqualTo(50);
  }

  @Test
  void anAgentWithNothingToSaveEndsAtOnce() throws Exception {
    var pod = job.pod(1, "pod-1");
    var agent = start(pod);
    eventually(
        "restored",
        () -> pod.directory().agent().read().filter(memory -> memory.isRestoreOver()).isPresent());

    agent.destroy();

    assertThat(agent.waitFor(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anEnvironmentThatCannotBeUsedEndsWithOneMessage() throws Exception {
    var pod = job.pod(1, "pod-1");
    pod.environment().without("INTERMISSION_S3_BUCKET").without("INTERMISSION_POD_UID");

    var agent = start(pod);

    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.exitValue()).isEqualTo(BAD_ENVIRONMENT_EXIT);
    assertThat(Files.readString(root.resolve("agent.log")))
        .contains("INTERMISSION_S3_BUCKET: is missing", "INTERMISSION_POD_UID: is missing");
  }

  private Process start(TestingJob.Pod pod) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src/image/jvm.options").toAbsolutePath());
    var directives = Path.of("src/image/compiler.directives").toAbsolutePath();
    command.add("-XX:CompilerDirectivesFile=" + directives);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(AgentMain.class.getName());
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(pod.environment().variables());
    builder.redirectOutput(root.resolve("agent.log").toFile());
    var process = builder.start();
    processes.add(process);
    return process;
  }
}
