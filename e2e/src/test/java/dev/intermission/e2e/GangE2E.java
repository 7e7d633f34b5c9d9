package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Several workers with one checkpoint: they pause at one step and resume from it together. */
@EndToEnd
final class GangE2E {

  private static final int WORKERS = 2;

  /** Of the jobs on two nodes. */
  private static final int RANKS = 4;

  private static final int DISTRIBUTED_STEPS = 600;

  /** Of gangs that are paused early: the cores of a test machine are few for all the ranks. */
  private static final int STEPS = 3 * JobManifest.CHECKPOINT_EVERY;

  /** Each stands at another step when they are told where to meet. */
  @Test
  @Needs(ClusterPart.SPARE_NODE)
  void allRanksPauseAtOneStepAndResumeFromIt(Team team, Expectations expect) {
    var job = team.create(gang(RANKS).steps(STEPS).onBothNodes());
    try (var trainers = Trainers.stoppedIn(job, 1, rank -> 5 * rank)) {
      assertOnBothNodes(job);
      job.pause();
      trainers.awaitRequest();
    }

    var pausedAt = expect.pausedSafely(team, job);
    assertThat(pausedAt).as("the common step").isEqualTo(job.status("/pause/step").asLong());
    assertThat(team.committed(job).ranks()).isEqualTo(RANKS);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    expect.sameResult(team, job, calm(team));
    assertThat(team.committed(job).ranks()).isEqualTo(RANKS);
  }

  /** Its files are complete, and its agent outlives it to send them. */
  @Test
  void rankThatDiesWhileItHoldsCostsNoStep(TestBed bed, Team team, Expectations expect) {
    try (var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = team.create(gang(WORKERS).steps(STEPS).through(gate));
      try (var trainers = Trainers.stoppedIn(job, 1);
          var _ = gate.freeze()) {
        job.pause();
        trainers.awaitRequest();
        trainers.goOn();
        trainers.awaitHold();
        trainers.of(1).kill();
      }

      var pausedAt = expect.pausedSafely(team, job);
      assertThat(pausedAt).as("where it held").isEqualTo(job.status("/pause/step").asLong());
      assertThat(team.committed(job).ranks()).isEqualTo(WORKERS);
      job.unpause();

      expect.resumedExactlyFrom(job, pausedAt);
      expect.sameResult(team, job, calm(team));
      assertThat(job.status("/run/number").asLong()).as("no more runs than pauses").isEqualTo(2);
    }
  }

  @Test
  void oneLostRankRestartsAllFromTheNewestCheckpoint(Team team, Expectations expect) {
    var job = team.create(gang());
    job.await("a checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() >= 100);

    HostProcess.of(job.runningPod(), "trainer").kill();

    job.await("another run", seen -> seen.at("/status/run/number").asLong() >= 2);
    expect.resumedFromACommittedStep(job, 100);
    expect.undisturbedResult(team, job);
  }

  @Test
  void evictedRankMakesAllSaveOneStepAndNoneIsLost(Team team, Expectations expect) {
    var job = team.create(gang());
    job.awaitStep(130);

    var notice = Instant.now();
    team.evict(job.runningPod());

    expect.movedWithoutLosingAStep(job, 1, notice);
    expect.undisturbedResult(team, job);
  }

  @Test
  void gangSavesByTheClockAndNeverStops(Team team, Expectations expect) {
    var job = team.create(gang().savesEach("1s"));

    job.await(
        "a checkpoint by the clock",
        seen -> {
          var step = seen.at("/status/checkpoint/step").asLong();
          return step > 0 && step < JobManifest.STEPS;
        });

    assertThat(team.committed(job).ranks()).isEqualTo(WORKERS);
    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
    assertThat(job.status("/counts/pauses").asInt()).isZero();
    assertThat(team.committed(job).ranks()).isEqualTo(WORKERS);
  }

  @Test
  @Needs(ClusterPart.SPARE_NODE)
  void realDistributedTrainingOnTwoNodesEndsAsIfItHadNeverBeenPaused(
      TestBed bed, Team team, Expectations expect) {
    bed.loadTorch();
    distributed(team, "calm");
    distributed(team, "ddp");
    var calm = team.job("calm");
    var job = team.job("ddp");
    job.awaitStep(150);
    assertOnBothNodes(job);

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    assertThat(team.committed(job).ranks()).isEqualTo(RANKS);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    job.awaitPhase("Succeeded");
    calm.awaitPhase("Succeeded");
    assertThat(team.committed(job).step()).isEqualTo(DISTRIBUTED_STEPS);
    assertThat(team.committed(job).digests()).isEqualTo(team.committed(calm).digests());
  }

  /**
   * Its request comes when the others hold: it passed their step, waits for them within its next
   * one, and cannot say so.
   */
  @Test
  void rankThatIsToldTooLateKeepsNobodyWaiting(TestBed bed, Team team, Expectations expect) {
    bed.loadTorch();
    distributed(team, "late");
    var job = team.job("late");
    job.awaitStep(100);
    var pods = job.pods();
    var deaf = HostProcess.of(pods.getLast(), "agent");

    deaf.freeze();
    try {
      job.pause();
      job.await(
          "another rank to hold",
          _ ->
              team.exec(pods.getFirst(), "cat", "/intermission/progress.json")
                  .contains("\"held\""));
    } finally {
      deaf.thaw();
    }

    expect.pausedSafely(team, job);
    assertThat(team.committed(job).ranks()).isEqualTo(RANKS);
  }

  @Test
  void rankThatNeverAnswersEndsThePauseAtItsTimeoutAndAllTrainOn(Team team, Expectations expect) {
    var job = team.create(gang().with("spec.pause.timeout", "10s"));
    job.awaitStep(60);
    var deaf = HostProcess.of(job.pods().getLast(), "agent");

    deaf.freeze();
    try {
      job.pause();
      job.await(
          "the end of the pause",
          now -> JobHandle.condition(now, "Paused").path("reason").asText().equals("SaveTimedOut"));
    } finally {
      deaf.thaw();
    }
    job.unpause();

    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
  }

  private static void assertOnBothNodes(JobHandle job) {
    assertThat(job.pods()).hasSize(RANKS);
    assertThat(job.pods().stream().map(pod -> pod.getSpec().getNodeName()).distinct())
        .as("nodes of its workers")
        .hasSize(2);
  }

  /** {@code examples/ddp.yaml}, smaller and with more workers. */
  private static void distributed(Team team, String name) {
    team.apply(
        "ddp.yaml",
        Map.of(
            "name: ddp\n",
            "name: " + name + "\n",
            "intermission.dev/job: ddp",
            "intermission.dev/job: " + name,
            "workers: 2",
            "workers: " + RANKS,
            "every: {steps: 500}",
            "every: {steps: 100}",
            "[\"/script/train.py\"]",
            "[/script/train.py, --steps, \"" + DISTRIBUTED_STEPS + "\", --width, \"64\"]"));
  }

  private static JobManifest gang() {
    return gang(WORKERS);
  }

  private static JobManifest gang(int workers) {
    return JobManifest.digits("gang").with("spec.workers", workers);
  }

  /** A single worker that nobody touches: ranks that train alone end with its bits. */
  private static JobHandle calm(Team team) {
    return team.create(JobManifest.digits("calm").steps(STEPS));
  }
}
