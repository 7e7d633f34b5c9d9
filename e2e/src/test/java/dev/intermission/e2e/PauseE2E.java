package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a person does on an ordinary day: pause, look, resume. */
@EndToEnd
final class PauseE2E {

  @Test
  void pausedJobFreesItsComputeAndResumesFromTheVeryStep(Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.awaitStep(150);

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    expect.undisturbedResult(team, job);
  }

  @Test
  void twoPausesInOneRunLoseNothing(Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.awaitStep(100);
    job.pause();
    var first = expect.pausedSafely(team, job);
    job.unpause();
    expect.resumedExactlyFrom(job, first);

    job.awaitStep(first + 150);
    job.pause();
    var second = expect.pausedSafely(team, job);
    job.unpause();

    expect.resumedExactlyFrom(job, second);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/counts/pauses").asInt()).isEqualTo(2);
    assertThat(job.status("/counts/failures").asInt()).as("a pause is no failure").isZero();
  }

  @Test
  void jobCreatedPausedHasNoRunUntilItIsUnpaused(Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits").with("spec.paused", true));
    job.awaitPhase("Paused");
    job.assertNoCompute();
    assertThat(job.status("/run").isMissingNode()).as("status.run").isTrue();

    job.unpause();

    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
  }

  @Test
  void pauseBeforeThePodIsUpReleasesAtOnceAndStartsLater(Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.await("a run", seen -> seen.at("/status/run/number").asLong() >= 1);

    job.pause();
    job.awaitPhase("Paused");
    job.awaitNoCompute();
    assertThat(team.head(job).manifest()).as("nothing was trained, nothing saved").isEmpty();
    job.unpause();

    expect.undisturbedResult(team, job);
    expect.beganAtZero(job);
    assertThat(job.status("/counts/failures").asInt()).isZero();
  }

  @Test
  void unpauseWhilePausingContinuesFromMemoryInTheSamePod(
      TestBed bed, Team team, Expectations expect) {
    try (var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = team.create(JobManifest.digits("digits").through(gate));
      job.awaitStep(100);
      var pod = job.runningPod().getMetadata().getUid();

      // Its store hangs, so the save cannot become durable and the pause stays undecided until we
      // change our mind.
      try (var _ = gate.freeze()) {
        job.pause();
        job.awaitPhase("Pausing");
        job.unpause();
      }
      job.await("training again", seen -> seen.at("/status/phase").asText().equals("Running"));

      assertThat(job.runningPod().getMetadata().getUid()).isEqualTo(pod);
      expect.undisturbedResult(team, job);
      expect.oneRunFromTheBeginning(job);
    }
  }
}
