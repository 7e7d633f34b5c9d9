package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.intermission.checkpoint.verify.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * The promises, each as one assertion that the tests share. Facts about checkpoints are read from
 * S3, facts about compute from the cluster.
 */
final class Expectations {

  private final TestBed bed;

  Expectations(TestBed bed) {
    this.bed = bed;
  }

  /**
   * The job is paused with everything that a bit-exact resume needs, nothing of it runs, and the
   * receipt is true.
   *
   * @return the step of the receipt
   */
  long pausedSafely(Team team, JobHandle job) {
    var step = pausedWithReceipt(team, job);
    assertThat(job.status("/pause/receipt/contains"))
        .extracting(JsonNode::asText)
        .contains("model", "optimizer", "rng", "data");
    return step;
  }

  /**
   * The job is paused, nothing of it runs, and the receipt is true: HEAD in S3 is the very
   * checkpoint it names.
   *
   * @return the step of the receipt
   */
  long pausedWithReceipt(Team team, JobHandle job) {
    var paused = job.awaitPhase("Paused");
    job.await(
        "compute released",
        seen -> !seen.at("/status/pause/receipt/computeReleasedAt").isMissingNode());
    job.awaitNoCompute();

    var receipt = job.status("/pause/receipt");
    var committed = team.committed(job);
    assertThat(receipt.path("step").asLong()).isEqualTo(committed.step());
    assertThat(receipt.path("manifestSha256").asText()).isEqualTo(committed.manifestSha256());
    assertThat(receipt.path("lostSteps").asLong(-1)).isZero();
    assertThat(JobHandle.condition(paused, "Paused").path("status").asText()).isEqualTo("True");
    return committed.step();
  }

  /**
   * The job is paused in place: its receipt is true, its pod is still there, and nobody may take it
   * for one that holds no compute.
   *
   * @return the step at which it holds
   */
  long heldSafely(Team team, JobHandle job) {
    var held = job.awaitPhase("Held");
    var receipt = held.at("/status/pause/receipt");
    var committed = team.committed(job);
    assertThat(receipt.path("step").asLong()).isEqualTo(committed.step());
    assertThat(receipt.path("manifestSha256").asText()).isEqualTo(committed.manifestSha256());
    assertThat(receipt.path("lostSteps").asLong(-1)).isZero();
    assertThat(receipt.path("computeReleasedAt").isMissingNode()).as("not released").isTrue();
    assertThat(JobHandle.condition(held, "Paused").path("reason").asText())
        .isEqualTo("HeldInPlace");
    assertThat(JobHandle.condition(held, "ComputeReleased").path("status").asText())
        .isEqualTo("False");
    return committed.step();
  }

  /** A new run started from that step, its first step is the next one, and the operator says so. */
  void resumedExactlyFrom(JobHandle job, long step) {
    var job1 =
        job.await(
            "proof of the resume",
            seen ->
                JobHandle.condition(seen, "ResumeProven").path("status").asText().equals("True")
                    && seen.at("/status/resume/fromStep").asLong() == step);
    assertThat(job1.at("/status/resume/firstStep").asLong()).isEqualTo(step + 1);
    assertThat(job1.at("/status/run/resumedFrom/step").asLong()).isEqualTo(step);
  }

  /**
   * After a loss: the newest run continued from a committed checkpoint not older than that step.
   */
  void resumedFromACommittedStep(JobHandle job, long atLeast) {
    var seen =
        job.await(
            "proof of the resume",
            now -> JobHandle.condition(now, "ResumeProven").path("status").asText().equals("True"));
    assertThat(seen.at("/status/resume/fromStep").asLong()).isGreaterThanOrEqualTo(atLeast);
    assertThat(seen.at("/status/resume/firstStep").asLong())
        .isEqualTo(seen.at("/status/resume/fromStep").asLong() + 1);
  }

  /** The newest run started from no checkpoint, so what it ends with was all trained by it. */
  void beganAtZero(JobHandle job) {
    assertThat(job.status("/run/resumedFrom/step").isMissingNode()).as("began at zero").isTrue();
  }

  /** Whatever happened, the first run went on: nothing was resumed because nothing was lost. */
  void oneRunFromTheBeginning(JobHandle job) {
    beganAtZero(job);
    assertThat(job.status("/run/number").asLong()).as("no second run was needed").isEqualTo(1);
  }

  /** Every byte of a checkpoint is there and what its manifest says: somebody could resume it. */
  void wholeInTheStore(Committed checkpoint) {
    assertThat(bed.storage().readInFull(checkpoint)).isInstanceOf(Verification.Verified.class);
    assertThat(checkpoint.digests().path("weights").asText()).matches("[0-9a-f]{64}");
  }

  /** Deleted, a job with onDelete: Purge takes everything along: no orphan stays anywhere. */
  void nothingLeft(Team team, JobHandle job) {
    var key = job.key();
    job.delete();
    Awaitility.await("the end of " + job.name())
        .atMost(Duration.ofMinutes(2))
        .until(() -> !job.exists());
    job.awaitNoCompute();
    assertThat(team.servicesOf(job)).isEmpty();
    assertThat(bed.storage().objects(key)).as("objects of " + job.name()).isEmpty();
  }

  /** Of all jobs that this team ever had, nothing is left that the operator made. */
  void nothingLeftOfAnybody(Team team) {
    assertThat(team.madeByTheOperator()).isEmpty();
    assertThat(bed.storage().objects(team.namespace())).isEmpty();
  }

  /**
   * Run {@code before} ended by a disruption, and the next one continued from the last step that
   * anybody ever saw of it, or a later one. Says how long after {@code notice} that was seen.
   */
  void movedWithoutLosingAStep(JobHandle job, long before, Instant notice) {
    movedWithoutLosingAStep(job, before, notice, "");
  }

  /** The same; says too who gave notice. */
  void movedWithoutLosingAStep(JobHandle job, long before, Instant notice, String by) {
    var seen = nextRunWithoutALoss(job, before);
    var took = Duration.between(notice, Instant.now()).toMillis() / 1000.0;
    System.err.printf(
        "measured: %s%s, %.1f s from notice to a step of the next run%n",
        seen.at("/status/run/reason").asText(), by, took);
    assertThat(seen.at("/status/counts/disruptions").asInt()).isEqualTo((int) before);
  }

  /** The same, because the spec was changed. */
  void movedByAChange(JobHandle job, long before) {
    var seen = nextRunWithoutALoss(job, before);
    assertThat(seen.at("/status/counts/disruptions").asInt()).isZero();
  }

  private static JsonNode nextRunWithoutALoss(JobHandle job, long before) {
    var newest = new AtomicLong();
    var seen =
        job.await(
            "a resume after run " + before,
            now -> {
              if (now.at("/status/progress/run").asLong() == before)
                newest.accumulateAndGet(now.at("/status/progress/step").asLong(), Math::max);
              return now.at("/status/run/number").asLong() > before
                  && JobHandle.condition(now, "ResumeProven")
                      .path("status")
                      .asText()
                      .equals("True");
            });
    assertThat(seen.at("/status/run/number").asLong()).isEqualTo(before + 1);
    assertThat(seen.at("/status/resume/fromStep").asLong()).isGreaterThanOrEqualTo(newest.get());
    assertThat(seen.at("/status/counts/failures").asInt()).isZero();
    return seen;
  }

  /**
   * The job succeeds, with weights and optimizer moments equal bit for bit to those of a run that
   * nobody touched.
   */
  void undisturbedResult(Team team, JobHandle job) {
    var committed = succeeded(team, job);
    assertThat(committed.step()).isEqualTo(JobManifest.STEPS);
    assertThat(committed.digests()).isEqualTo(bed.undisturbedDigests());
  }

  /** The same for a job of other steps: {@code calm} is the one that nobody touched. */
  void sameResult(Team team, JobHandle job, JobHandle calm) {
    var committed = succeeded(team, job);
    var undisturbed = succeeded(team, calm);
    assertThat(committed.step()).isEqualTo(undisturbed.step());
    assertThat(committed.digests()).isEqualTo(undisturbed.digests());
  }

  private static Committed succeeded(Team team, JobHandle job) {
    job.await(
        "success",
        Duration.ofMinutes(3),
        seen -> {
          assertThat(seen.at("/status/phase").asText())
              .as(() -> seen.at("/status").toPrettyString())
              .isNotEqualTo("Failed");
          return seen.at("/status/phase").asText().equals("Succeeded");
        });
    var committed = team.committed(job);
    assertThat(committed.finished()).isTrue();
    return committed;
  }

  /** It ended with other weights than those of a run with the spec as it was. */
  void anotherResult(Team team, JobHandle job) {
    var committed = team.committed(job);
    assertThat(committed.finished()).isTrue();
    assertThat(committed.digests()).isNotEqualTo(bed.undisturbedDigests());
  }

  /**
   * Neither these words nor their Base64 are in a log, an object of the cluster or a record in S3.
   */
  void keptSecret(Team team, JobHandle job, String... secrets) {
    var said = team.said() + bed.storage().records(job.key());
    assertThat(said).contains(job.name(), "\"manifest\"");
    for (var secret : secrets) {
      var encoded = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
      assertThat(said.contains(secret) || said.contains(encoded)).as("a secret was told").isFalse();
    }
  }

  /**
   * Within ten seconds a condition and an event give this reason, and the message names the field.
   */
  void refused(Team team, JobHandle job, String condition, String reason, String field) {
    var seen =
        job.await(
            condition + "=False/" + reason,
            Duration.ofSeconds(10),
            now -> {
              var found = JobHandle.condition(now, condition);
              return found.path("status").asText().equals("False")
                  && found.path("reason").asText().equals(reason);
            });
    assertThat(JobHandle.condition(seen, condition).path("message").asText()).contains(field);
    job.await("an event " + reason, now -> team.eventReasons(job).contains(reason));
  }
}
