package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A deleted job takes its compute with it, and leaves its checkpoints (onDelete: Keep) or takes
 * them along (Purge).
 */
@EndToEnd
final class DeletionE2E {

  @Test
  void deletedWhilePausedLeavesItsCheckpointsAndNothingElse(
      TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.awaitStep(100);
    job.pause();
    var step = expect.pausedSafely(team, job);
    var committed = team.committed(job);

    job.delete();

    await().atMost(Duration.ofSeconds(30)).until(() -> !job.exists());
    job.awaitNoCompute();
    assertThat(committed.step()).isEqualTo(step);
    assertThat(bed.storage().committed(committed.job())).isEqualTo(committed);
    expect.wholeInTheStore(committed);
  }

  @Test
  void deletedWhileRunningTakesItsPodsAndLeavesItsCheckpoints(
      TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.awaitStep(JobManifest.CHECKPOINT_EVERY + 50);
    job.await("a verified checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() > 0);
    var committed = team.committed(job);

    job.delete();

    await().atMost(Duration.ofSeconds(30)).until(() -> !job.exists());
    job.awaitNoCompute();
    var left = bed.storage().committed(committed.job());
    assertThat(left.step()).isGreaterThanOrEqualTo(committed.step());
    expect.wholeInTheStore(left);
  }

  @Test
  void deletedWhileRunningWithPurgeLeavesNothingInTheStore(TestBed bed, Team team) {
    var job = team.create(JobManifest.digits("digits").with("spec.checkpoint.onDelete", "Purge"));
    job.awaitStep(JobManifest.CHECKPOINT_EVERY + 50);
    job.await("a verified checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() > 0);
    job.await("a swept store", seen -> seen.at("/status/checkpoints/count").asInt() > 0);
    var key = job.key();
    assertThat(bed.storage().objects(key)).isNotEmpty();

    job.delete();

    await().atMost(Duration.ofSeconds(60)).until(() -> !job.exists());
    job.awaitNoCompute();
    assertThat(bed.storage().objects(key)).isEmpty();
  }

  @Test
  @Disruptive(ClusterPart.OPERATOR)
  void deletedWhilePausedWithPurgeIsPurgedByAnOperatorThatDiedMeanwhile(TestBed bed, Team team) {
    var job = team.create(JobManifest.digits("digits").with("spec.checkpoint.onDelete", "Purge"));
    job.awaitStep(100);
    job.pause();
    job.awaitPhase("Paused");
    var key = job.key();

    job.delete();
    bed.killOperator();

    await().atMost(Duration.ofSeconds(90)).until(() -> !job.exists());
    assertThat(bed.storage().objects(key)).isEmpty();
  }

  @Test
  void foregroundDeletionWaitsForThePodsAndTakesTheCheckpointsThatItShall(
      TestBed bed, Team team, Expectations expect) {
    var jobs = trainingAndPaused(team, expect);
    var kept = jobs.stream().filter(DeletionE2E::isKept).map(team::committed).toList();
    var purged = jobs.stream().filter(job -> !isKept(job)).map(JobHandle::key).toList();

    jobs.forEach(job -> job.delete(DeletionPropagation.FOREGROUND));

    for (var job : jobs) await().atMost(Duration.ofSeconds(90)).until(() -> !job.exists());
    assertThat(team.madeByTheOperator()).isEmpty();
    for (var before : kept) {
      var left = bed.storage().committed(before.job());
      assertThat(left.step()).isGreaterThanOrEqualTo(before.step());
      expect.wholeInTheStore(left);
    }
    for (var key : purged) assertThat(bed.storage().objects(key)).isEmpty();
  }

  /** What is to be purged is released all the same: an orphan would train into what is gone. */
  @Test
  void orphanedChildrenOfAKeptJobTrainOnAndThoseOfAPurgedOneGo(
      TestBed bed, Team team, Expectations expect) {
    var jobs = trainingAndPaused(team, expect);
    var kept = jobs.getFirst();
    var before = team.committed(kept);
    var purged = jobs.stream().filter(job -> !isKept(job)).map(JobHandle::key).toList();

    jobs.forEach(job -> job.delete(DeletionPropagation.ORPHAN));

    for (var job : jobs) await().atMost(Duration.ofSeconds(90)).until(() -> !job.exists());
    for (var job : jobs.subList(1, jobs.size())) job.awaitNoCompute();
    for (var key : purged) assertThat(bed.storage().objects(key)).isEmpty();
    await("a newer checkpoint of the orphan")
        .atMost(Duration.ofSeconds(60))
        .until(() -> bed.storage().committed(before.job()).step() > before.step());
    assertThat(kept.pods()).isNotEmpty();
  }

  /** First one that trains; with {@code Keep} and {@code Purge} each. */
  private static List<JobHandle> trainingAndPaused(Team team, Expectations expect) {
    var training = Stream.of("Keep", "Purge").map(end -> team.create(endless("training", end)));
    var pausing = Stream.of("Keep", "Purge").map(end -> team.create(endless("paused", end)));
    var jobs = Stream.concat(training, pausing).toList();
    for (var job : jobs) {
      job.await("a checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() > 0);
    }
    for (var job : jobs.subList(2, 4)) job.pause();
    for (var job : jobs.subList(2, 4)) expect.pausedSafely(team, job);
    return jobs;
  }

  private static JobManifest endless(String what, String onDelete) {
    return JobManifest.digits(what + "-" + onDelete.toLowerCase(Locale.ROOT))
        .endless()
        .with("spec.checkpoint.every.steps", 20)
        .with("spec.checkpoint.onDelete", onDelete);
  }

  private static boolean isKept(JobHandle job) {
    return job.name().endsWith("-keep");
  }

  @Test
  void aNamespaceWithAPurgeJobGoesAwayInTime(TestBed bed, Team team) {
    var job = team.create(JobManifest.digits("digits").with("spec.checkpoint.onDelete", "Purge"));
    job.awaitStep(10);

    goesAway(bed, team);
  }

  @Test
  void aNamespaceWithAPausedJobGoesAwayInTime(TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits").with("spec.checkpoint.onDelete", "Purge"));
    job.awaitStep(10);
    job.pause();
    expect.pausedSafely(team, job);

    goesAway(bed, team);
  }

  private static void goesAway(TestBed bed, Team team) {
    var namespaces = bed.client().namespaces();
    namespaces.withName(team.namespace()).delete();

    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> namespaces.withName(team.namespace()).get() == null);
  }
}
