package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Every process of a worker, killed where it hurts (the operator's turn is in {@link
 * OperatorCrashE2E}). None may cost a committed step, and the result must be that of an undisturbed
 * run.
 */
@EndToEnd
final class CrashE2E {

  @Test
  void agentKilledInTheMiddleOfAnUploadGoesOnWithoutTheTrainerNoticing(
      TestBed bed, Team team, Expectations expect) {
    try (var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = team.create(JobManifest.digits("digits").through(gate));
      var pod = job.runningPod();
      job.awaitStep(JobManifest.CHECKPOINT_EVERY / 2);

      try (var _ = gate.freeze()) { // the next periodic checkpoint stays in the agent's hands
        job.await(
            "a step after the checkpoint",
            seen -> seen.at("/status/progress/step").asLong() > JobManifest.CHECKPOINT_EVERY + 20);
        HostProcess.of(pod, "agent").kill();
      }
      job.await(
          "a checkpoint of the restarted agent",
          seen -> seen.at("/status/checkpoint/step").asLong() >= JobManifest.CHECKPOINT_EVERY);

      assertThat(job.runningPod().getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
      expect.undisturbedResult(team, job);
      expect.oneRunFromTheBeginning(job);
    }
  }

  @Test
  void trainerKilledBySigkillResumesFromTheNewestCommittedCheckpoint(
      Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits").with("spec.restarts.backoff", "1s"));
    job.await(
        "a verified checkpoint",
        seen -> seen.at("/status/checkpoint/step").asLong() >= JobManifest.CHECKPOINT_EVERY);

    var committed = team.committed(job).step();
    HostProcess.of(job.runningPod(), "trainer").kill();
    job.await("a second run", seen -> seen.at("/status/run/number").asLong() == 2);

    expect.resumedFromACommittedStep(job, committed);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/counts/failures").asInt()).isEqualTo(1);
  }

  @Test
  void deletedPodSavesOnItsWayOutAndLosesNoStep(Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.awaitStep(150);

    team.client().resource(job.runningPod()).delete();
    job.await("a second run", seen -> seen.at("/status/run/number").asLong() == 2);

    expect.resumedFromACommittedStep(job, 150);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/counts/disruptions").asInt()).isEqualTo(1);
    assertThat(job.status("/counts/failures").asInt()).as("a deleted pod is no failure").isZero();
  }
}
