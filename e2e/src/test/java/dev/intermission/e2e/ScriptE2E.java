package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script that knows nothing of us, {@code examples/script.yaml}, as it is. */
@EndToEnd
final class ScriptE2E {

  private static final int STEPS = 3000;

  @Test
  void unmodifiedScriptEndsWithTheWeightsOfOneThatWasNeverPaused(
      TestBed bed, Team team, Expectations expect, @TempDir Path home) {
    bed.loadTorch();
    var calm = script(team, "calm");
    var job = script(team, "script");
    job.awaitStep(200);
    neverShowsItTheKeysOfTheStore(team, job);

    job.pause();
    var pausedAt = expect.pausedWithReceipt(team, job);
    assertThat(pausedAt).isLessThan(STEPS);
    assertThat(job.status("/counts/failures").asInt()).as("a pause is no failure").isZero();
    job.unpause();

    job.await("another run", seen -> seen.at("/status/run/resumedFrom/step").asLong() == pausedAt);
    job.awaitPhase("Succeeded");
    calm.awaitPhase("Succeeded");
    assertThat(job.status("/run/number").asLong()).isEqualTo(2);
    assertThat(job.status("/counts/failures").asInt()).isZero();
    assertThat(tensors(bed, team, job, home)).isEqualTo(tensors(bed, team, calm, home));
  }

  /** The trainer sees the agent's process, which is of its own user, and nothing inside of it. */
  private static void neverShowsItTheKeysOfTheStore(Team team, JobHandle job) {
    var pod = job.runningPod();
    assertThat(sh(team, pod, "cat /proc/[0-9]*/comm")).contains("java");
    assertThat(
            sh(
                team,
                pod,
                "for p in /proc/[0-9]*; do ls $p/root/var/run/intermission/credentials; done"))
        .doesNotContain("AWS_")
        .contains("Permission denied");
    assertThat(sh(team, pod, "cat /proc/[0-9]*/environ")).doesNotContain("INTERMISSION_S3_");
  }

  private static String sh(Team team, Pod pod, String line) {
    return team.exec(pod, "sh", "-c", line + "; true");
  }

  /** As it is, but slow enough to be looked at on any machine. */
  private static JobHandle script(Team team, String name) {
    team.apply(
        "script.yaml",
        Map.of(
            "kind: TrainingJob\nmetadata:\n  name: script\n",
            "kind: TrainingJob\nmetadata:\n  name: " + name + "\n",
            "        step += 1\n",
            "        step += 1\n        __import__('time').sleep(0.01)\n"));
    return team.job(name);
  }

  /** What {@code torch.save} wrote last. */
  private static Map<String, Long> tensors(TestBed bed, Team team, JobHandle job, Path home) {
    var last = team.committed(job);
    assertThat(last.step()).isEqualTo(STEPS);
    var folder = home.resolve(job.name());
    bed.storage().restore(last, folder);
    return TorchFile.tensors(folder.resolve("model_" + STEPS + ".pth"));
  }
}
