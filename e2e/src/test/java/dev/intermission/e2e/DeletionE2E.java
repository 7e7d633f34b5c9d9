package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A deleted job takes its compute with it and leaves its checkpoints (onDelete: Keep). */
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
    assertThat(bed.storage().committed(committed.job()).step()).isEqualTo(step);
  }

  @Test
  void deletedWhileRunningTakesItsPodsAndLeavesItsCheckpoints(TestBed bed, Team team) {
    var job = team.create(JobManifest.digits("digits"));
    job.awaitStep(JobManifest.CHECKPOINT_EVERY + 50);
    job.await("a verified checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() > 0);
    var committed = team.committed(job);

    job.delete();

    await().atMost(Duration.ofSeconds(30)).until(() -> !job.exists());
    job.awaitNoCompute();
    assertThat(bed.storage().committed(committed.job()).step())
        .isGreaterThanOrEqualTo(JobManifest.CHECKPOINT_EVERY);
  }
}
