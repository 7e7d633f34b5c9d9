package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other people's training loops: a plain one, the {@code Trainer} of Hugging Face and Lightning's,
 * each of these with our one line and without. They are the examples, slowed down so that a pause
 * finds them at work on any machine.
 */
@EndToEnd
final class FrameworksE2E {

  private static final Slow MODEL = slowModel("0.01");

  /** Without a signal a folder counts as complete only after ten seconds. */
  private static final Slow MODEL_OF_SCRIPT = slowModel("0.03");

  private static final Slow MODULE =
      new Slow("            return nn.", "            __import__('time').sleep(0.005)\n");

  private static final Slow LOOP =
      new Slow(
          "            optimizer.zero_grad()", "            __import__('time').sleep(0.005)\n");

  @Test
  void plainPyTorchPausesAtAnyStepAndEndsWithTheBitsOfOneThatWasNeverPaused(
      TestBed bed, Team team, Expectations expect, @TempDir Path home) {
    bed.loadTorch();
    var calm = start(team, "pytorch", "calm", LOOP);
    var job = start(team, "pytorch", "paused", LOOP);
    job.awaitStep(300);

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    assertThat(pausedAt).isLessThan(3000);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    assertThat(job.status("/resume/exact").asText()).isEqualTo("exact");
    String[] files = {"model.pth", "optimizer.pth"};
    assertThat(end(bed, team, job, 3000, home, files))
        .isEqualTo(end(bed, team, calm, 3000, home, files));
  }

  @Test
  void huggingFacePausesAtAnyStepAndEndsWithTheBitsOfOneThatWasNeverPaused(
      TestBed bed, Team team, Expectations expect, @TempDir Path home) {
    bed.loadFrameworks();
    var calm = start(team, "huggingface", "calm", MODEL);
    var job = start(team, "huggingface", "paused", MODEL);
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
    var calm = start(team, "huggingface-script", "calm", MODEL_OF_SCRIPT);
    var job = start(team, "huggingface-script", "paused", MODEL_OF_SCRIPT);
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
    var calm = start(team, "lightning", "calm", MODULE);
    var job = start(team, "lightning", "paused", MODULE);
    job.awaitStep(300);

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    assertThat(pausedAt).isLessThan(3000);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    assertThat(end(bed, team, job, 3000, home, "trainer.ckpt"))
        .isEqualTo(end(bed, team, calm, 3000, home, "trainer.ckpt"));
  }

  @Test
  void unmodifiedLightningScriptGoesOnFromItsOwnCheckpoint(
      TestBed bed, Team team, Expectations expect) {
    bed.loadFrameworks();
    var job = start(team, "lightning-script", "paused", MODULE);
    job.awaitStep(1000);

    job.pause();
    var pausedAt = expect.pausedWithReceipt(team, job);
    assertThat(pausedAt).isLessThan(6000);
    job.unpause();

    job.await("another run", seen -> seen.at("/status/run/resumedFrom/step").asLong() == pausedAt);
    expectSuccess(team, job, 6000);
  }

  /** A line of Python that waits in each step, and the one before which it stands. */
  private record Slow(String before, String line) {}

  private static Slow slowModel(String seconds) {
    return new Slow(
        "    trainer = Trainer(model",
        "    model.register_forward_pre_hook(lambda *_: __import__('time').sleep("
            + seconds
            + "))\n");
  }

  private static JobHandle start(Team team, String example, String name, Slow slow) {
    team.apply(
        example + ".yaml",
        Map.of(
            "kind: TrainingJob\nmetadata:\n  name: " + example + "\n",
            "kind: TrainingJob\nmetadata:\n  name: " + name + "\n",
            slow.before(),
            slow.line() + slow.before()));
    return team.job(name);
  }

  private static void expectSuccess(Team team, JobHandle job, long step) {
    job.await(
        "success",
        Duration.ofMinutes(4),
        seen -> seen.at("/status/phase").asText().equals("Succeeded"));
    assertThat(job.status("/counts/failures").asInt()).isZero();
    assertThat(team.committed(job).step()).isEqualTo(step);
  }

  /** The tensors of these files of the last checkpoint: weights, and what the optimizer keeps. */
  private static Map<String, Map<String, Long>> end(
      TestBed bed, Team team, JobHandle job, long step, Path home, String... files) {
    expectSuccess(team, job, step);
    var folder = home.resolve(job.name());
    bed.storage().restore(team.committed(job), folder);
    return Arrays.stream(files)
        .collect(Collectors.toMap(file -> file, file -> TorchFile.tensors(folder.resolve(file))));
  }
}
