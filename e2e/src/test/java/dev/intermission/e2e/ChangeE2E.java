package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person changes in the middle: the step to go on from, the job it comes from, the rates.
 */
@EndToEnd
final class ChangeE2E {

  private static final long BACK_TO = JobManifest.CHECKPOINT_EVERY;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void rollbackTrainsAgainFromAnOlderStepOnceHoweverLongItStaysInTheSpec(
      Team team, Expectations expect) {
    var job = team.create(keepingAll("digits"));
    trainedBeyond(job);

    job.patch("{\"spec\":{\"resumeFrom\":{\"step\":" + BACK_TO + "}}}");

    expect.resumedExactlyFrom(job, BACK_TO);
    assertThat(job.status("/run/reason").asText()).isEqualTo("RolledBack");
    expect.undisturbedResult(team, job);
    assertThat(job.status("/runs")).as("the run before, and the one that goes back").hasSize(2);
    assertThat(job.status("/resumeFrom/appliedInRun")).isEqualTo(job.status("/run/number"));
  }

  @Test
  void forkBeginsWithAnotherJobsCheckpointAndOutlivesIt(
      TestBed bed, Team team, Expectations expect) {
    var origin = team.create(keepingAll("origin").with("spec.checkpoint.onDelete", "Purge"));
    trainedBeyond(origin);
    var of = JSON.createObjectNode().put("job", "origin").put("step", BACK_TO);
    var fork = team.create(keepingAll("fork").with("spec.resumeFrom", of));
    expect.resumedExactlyFrom(fork, BACK_TO);
    assertThat(fork.status("/run/reason").asText()).isEqualTo("Forked");
    assertThat(fork.status("/resumeFrom/origin").asText()).contains("/origin/");
    var originsKey = origin.key();

    origin.delete();

    await().atMost(Duration.ofSeconds(60)).until(() -> !origin.exists());
    assertThat(bed.storage().objects(originsKey)).isEmpty();
    expect.undisturbedResult(team, fork);
    expect.wholeInTheStore(team.committed(fork));
  }

  @Test
  void folderThatAPersonHasBeginsAJobWhateverBecameOfTheOneThatItIsFrom(
      TestBed bed, Team team, Expectations expect, @TempDir Path folder) {
    var step = 20;
    var origin =
        team.create(
            keepingAll("origin")
                .with("spec.checkpoint.every.steps", step)
                .with("spec.checkpoint.onDelete", "Purge"));
    origin.await("a checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() >= step);
    var files = folder.resolve("files").toString();
    var address = bed.storage().address(origin.key());
    bed.checkpoints("export", address, files, "--step", "" + step);
    origin.delete();
    await().atMost(Duration.ofSeconds(60)).until(() -> !origin.exists());

    var place = bed.storage().address(team.namespace()) + "/by-hand";
    var imported = bed.checkpoints("import", files, place, "--step", "" + step);
    var from = JSON.createObjectNode().put("uri", imported);
    var job = team.create(JobManifest.digits("digits").with("spec.resumeFrom", from));

    expect.resumedExactlyFrom(job, step);
    assertThat(job.status("/run/reason").asText()).isEqualTo("Forked");
    assertThat(job.status("/resumeFrom/origin").asText()).isEqualTo(imported);
    expect.undisturbedResult(team, job);
  }

  @Test
  void overrideWhileItTrainsBeginsARunWithoutLosingAStepAndIsOnRecord(
      Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.awaitStep(150);

    job.patch("{\"spec\":{\"overrides\":{\"learningRate\":\"0.0005\"}}}");

    expect.movedByAChange(job, 1);
    assertThat(job.status("/run/reason").asText()).isEqualTo("SpecChanged");
    assertThat(job.status("/runs/0/changed"))
        .extracting(JsonNode::asText)
        .containsExactly("learningRate: (not set) -> 0.0005");
    job.awaitPhase("Succeeded");
    assertThat(team.committed(job).step()).isEqualTo(JobManifest.STEPS);
    expect.anotherResult(team, job);
  }

  @Test
  void checkpointThatMakesEveryTrainerFailBecomesSuspectAndItsParentIsUsed(
      Team team, Expectations expect) {
    var job = team.create(keepingAll("digits").with("spec.restarts.backoff", "1s"));
    trainedBeyond(job);
    job.pause();
    var poison = expect.pausedSafely(team, job);

    job.patch(trainerThatFailsFrom(poison));
    job.unpause();

    var parent =
        job.await(
                "a run from the parent",
                Duration.ofMinutes(2),
                seen -> seen.at("/status/run/resumedFrom/step").asLong(poison) < poison)
            .at("/status/run/resumedFrom/step")
            .asLong();
    assertThat(parent).isGreaterThanOrEqualTo(poison - JobManifest.CHECKPOINT_EVERY);
    assertThat(team.eventReasons(job)).contains("CheckpointSuspect");
    assertThat(job.status("/counts/failures").asInt()).as("runs that it cost").isEqualTo(3);
    expect.resumedExactlyFrom(job, parent);
    expect.undisturbedResult(team, job);
  }

  /** Whatever it may be told to go back to stays there. */
  private static JobManifest keepingAll(String name) {
    return JobManifest.digits(name).with("spec.checkpoint.keep.last", 100);
  }

  private static void trainedBeyond(JobHandle job) {
    job.await(
        "a checkpoint that is newer than the one to go back to",
        seen -> seen.at("/status/checkpoint/step").asLong() > BACK_TO);
  }

  /** The same trainer, but for what it makes of this one checkpoint. */
  private static String trainerThatFailsFrom(long step) {
    var container = JSON.createObjectNode().put("name", "trainer");
    container.put("image", "localhost/intermission/trainer:dev");
    var unlessIt = "\"$INTERMISSION_RESUME_STEP\" != " + step;
    container.set("command", JobManifest.commandFailingUnless(unlessIt));
    container.putArray("args").add("--steps").add(Integer.toString(JobManifest.STEPS));
    var patch = JSON.createObjectNode();
    patch.withObject("/spec/template/spec").putArray("containers").add(container);
    return patch.toString();
  }
}
