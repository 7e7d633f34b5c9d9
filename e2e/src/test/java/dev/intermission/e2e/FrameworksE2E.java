package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other people's training loops: the {@code Trainer} of Hugging Face with our one line and without,
 * and Lightning's.
 */
@EndToEnd
final class FrameworksE2E {

  @Test
  void huggingFacePausesAtAnyStepAndEndsWithTheBitsOfOneThatWasNeverPaused(
      TestBed bed, Team team, Expectations expect, @TempDir Path home) {
    bed.loadFrameworks();
    var calm = start(team, "huggingface", "calm");
    var job = start(team, "huggingface", "paused");
    job.awaitStep(150);

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    assertThat(pausedAt).isLessThan(1000);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    String[] files = {"pytorch_model.bin", "optimizer.pt"};
    assertThat(end(bed, team, job, 1000, home, files))
        .isEqualTo(end(bed, team, calm, 1000, home, files));
  }

  @Test
  void unmodifiedHuggingFaceScriptPausesAtItsNextCheckpointAndEndsWithTheSameBits(
      TestBed bed, Team team, Expectations expect, @TempDir Path home) {
    bed.loadFrameworks();
    var calm = start(team, "huggingface-script", "calm");
    var job = start(team, "huggingface-script", "paused");
    job.awaitStep(100);

    job.pause();
    var pausedAt = expect.pausedWithReceipt(team, job);
    assertThat(pausedAt).isLessThan(1000);
    job.unpause();

    job.await("another run", seen -> seen.at("/status/run/resumedFrom/step").asLong() == pausedAt);
    String[] files = {"checkpoint-1000/pytorch_model.bin", "checkpoint-1000/optimizer.pt"};
    assertThat(end(bed, team, job, 1000, home, files))
        .isEqualTo(end(bed, team, calm, 1000, home, files));
  }

  @Test
  void lightningPausesAtAnyStepAndEndsWithTheBitsOfOneThatWasNeverPaused(
      TestBed bed, Team team, Expectations expect, @TempDir Path home) {
    bed.loadFrameworks();
    var calm = start(team, "lightning", "calm");
    var job = start(team, "lightning", "paused");
    job.awaitStep(300);

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    assertThat(pausedAt).isLessThan(3000);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    assertThat(end(bed, team, job, 3000, home, "trainer.ckpt"))
        .isEqualTo(end(bed, team, calm, 3000, home, "trainer.ckpt"));
  }

  private static JobHandle start(Team team, String example, String name) {
    team.apply(
        example + ".yaml",
        Map.of(
            "kind: TrainingJob\nmetadata:\n  name: " + example + "\n",
            "kind: TrainingJob\nmetadata:\n  name: " + name + "\n"));
    return team.job(name);
  }

  /** The tensors of these files of the last checkpoint: weights, and what the optimizer keeps. */
  private static Map<String, Map<String, Long>> end(
      TestBed bed, Team team, JobHandle job, long step, Path home, String... files) {
    job.awaitPhase("Succeeded");
    assertThat(job.status("/counts/failures").asInt()).isZero();
    var last = team.committed(job);
    assertThat(last.step()).isEqualTo(step);
    var folder = home.resolve(job.name());
    bed.storage().restore(last, folder);
    return Arrays.stream(files)
        .collect(Collectors.toMap(file -> file, file -> TorchFile.tensors(folder.resolve(file))));
  }
}
