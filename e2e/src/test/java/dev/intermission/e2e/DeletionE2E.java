package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
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
