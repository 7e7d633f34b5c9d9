package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Several workers with one checkpoint: they pause at one step and resume from it together. */
@EndToEnd
final class GangE2E {

  private static final int WORKERS = 2;

  @Test
  void allRanksPauseAtOneStepAndResumeFromIt(Team team, Expectations expect) {
    var job = team.create(gang());
    job.awaitStep(150);
    assertThat(job.pods()).hasSize(WORKERS);

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    assertThat(team.committed(job).ranks()).isEqualTo(WORKERS);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    expect.undisturbedResult(team, job);
    assertThat(team.committed(job).ranks()).isEqualTo(WORKERS);
  }

  @Test
  void oneLostRankRestartsAllFromTheNewestCheckpoint(Team team, Expectations expect) {
    var job = team.create(gang());
    job.await("a checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() >= 100);

    HostProcess.of(job.runningPod(), "trainer").kill();

    job.await("another run", seen -> seen.at("/status/run/number").asLong() >= 2);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/resume/fromStep").asLong()).isGreaterThanOrEqualTo(100);
  }

  private static JobManifest gang() {
    return JobManifest.digits("gang").with("spec.workers", WORKERS);
  }
}
