package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Jobs in the queues of a real Kueue, which decides when they run. {@link QueueE2E} tells the same
 * by hand, on a cluster without it.
 */
@EndToEnd
@WithKueue
final class KueueE2E {

  private static final int WORKERS = 2;

  @Test
  void urgentJobTakesThePlaceOfOneThatSavesAndGoesOnInTheSameRun(Team team, Expectations expect) {
    var queue = Kueue.queue(team, 1);
    var job = team.create(queue.job("digits"));
    job.awaitStep(150);

    var urgent = team.create(queue.urgentJob("urgent"));

    var saved = queuedAgain(team, job);
    assertThat(queue.condition(job, 1, "Evicted").path("reason").asText()).isEqualTo("Preempted");
    expect.undisturbedResult(team, urgent);
    wentOnInTheSameRun(team, expect, job, saved);
  }

  @Test
  void pauseGivesThePlaceToTheNextAndTheResumeQueuesBehindIt(Team team, Expectations expect) {
    var queue = Kueue.queue(team, 1);
    var job = team.create(queue.job("digits"));
    job.awaitStep(150);
    var next = team.create(queue.job("next"));
    next.awaitCondition("Ready", "False", "Queued");
    assertThat(next.pods()).as("pods of the one that waits").isEmpty();

    job.pause();
    var pausedAt = expect.pausedSafely(team, job);
    next.awaitStep(50);
    job.unpause();
    job.awaitCondition("Ready", "False", "Queued");
    assertThat(job.pods()).as("pods of the one that waits now").isEmpty();

    expect.undisturbedResult(team, next);
    expect.resumedExactlyFrom(job, pausedAt);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/run/number").asLong()).as("the run after the pause").isEqualTo(2);
  }

  @Test
  void pauseOfAJobThatWaitsLeavesTheQueueAndItsResumeComesBack(Team team, Expectations expect) {
    var queue = Kueue.queue(team, 1);
    var job = team.create(queue.job("digits"));
    job.awaitStep(150);
    queue.stopPolicy("HoldAndDrain");
    var saved = queuedAgain(team, job);

    job.pause();
    assertThat(expect.pausedSafely(team, job)).as("what its hook saved").isEqualTo(saved);
    job.await("its way out of the queue", _ -> !queue.knows(job));
    job.unpause();
    job.awaitCondition("Ready", "False", "Queued");
    queue.stopPolicy("None");

    expect.resumedExactlyFrom(job, saved);
    expect.undisturbedResult(team, job);
  }

  @Test
  void pauseOfAJobThatNeverBeganLeavesTheQueueWithNothingSaved(Team team, Expectations expect) {
    var queue = Kueue.queue(team, 1);
    queue.stopPolicy("Hold");
    var job = team.create(queue.job("digits"));
    job.awaitCondition("Ready", "False", "Queued");

    job.pause();
    job.awaitPhase("Paused");
    job.awaitNoCompute();
    job.await("its way out of the queue", _ -> !queue.knows(job));
    job.unpause();
    job.awaitCondition("Ready", "False", "Queued");
    queue.stopPolicy("None");

    expect.undisturbedResult(team, job);
    expect.beganAtZero(job);
  }

  @Test
  void gangIsAdmittedAsAWholeAndSavesOneStepWhenItsPlaceIsTaken(Team team, Expectations expect) {
    var queue = Kueue.queue(team, WORKERS);
    var single = team.create(queue.job("single"));
    single.awaitStep(50);
    var gang = team.create(queue.job("gang").with("spec.workers", WORKERS));
    gang.awaitCondition("Ready", "False", "Queued");
    assertThat(gang.pods()).as("pods of a gang with one place too few").isEmpty();

    single.pause();
    expect.pausedSafely(team, single);
    gang.awaitStep(150);
    assertThat(gang.pods()).hasSize(WORKERS);
    var urgent = team.create(queue.urgentJob("urgent"));

    var saved = queuedAgain(team, gang);
    assertThat(team.committed(gang).ranks()).isEqualTo(WORKERS);
    expect.undisturbedResult(team, urgent);
    wentOnInTheSameRun(team, expect, gang, saved);
    assertThat(team.committed(gang).ranks()).isEqualTo(WORKERS);
  }

  @Test
  void queueThatIsDrainedAndOpenedAgainCostsTheExampleNoStep(Team team, Expectations expect) {
    var queue = Kueue.queue(team, 1);
    var fewer = Map.of("\"2000\"", "\"" + JobManifest.STEPS + "\"");
    team.apply("kueue/job.yaml", fewer);
    var job = team.job("digits");
    job.awaitStep(150);

    queue.stopPolicy("HoldAndDrain");
    var saved = queuedAgain(team, job);
    queue.stopPolicy("None");

    wentOnInTheSameRun(team, expect, job, saved);
  }

  /**
   * Its webhooks are asked about every Job and pod, so the pod stays as an object, without the
   * container that computed, and nothing new begins.
   */
  @Test
  @Disruptive(ClusterPart.KUEUE)
  void whileKueueIsAwayAPauseReleasesAndItsResumeWaitsForKueue(
      TestBed bed, Team team, Expectations expect) {
    var queue = Kueue.queue(team, 1);
    var job = team.create(queue.job("digits"));
    job.awaitStep(150);

    long saved;
    try (var _ = Kueue.away(bed)) {
      job.pause();
      job.awaitCondition("ComputeReleased", "True", "PodsGone");
      saved = team.committed(job).step();
      assertThat(job.status("/pause/receipt/step").asLong()).isEqualTo(saved);
      job.unpause();
      job.await("the wish for a run", seen -> seen.at("/status/run/number").asLong() == 2);
    }

    expect.resumedExactlyFrom(job, saved);
    expect.undisturbedResult(team, job);
    job.await("the end of its first pod", _ -> job.pods().size() == 1);
  }

  /** Kueue took the job's place: nothing of it runs, and no step that anybody saw is lost. */
  private static long queuedAgain(Team team, JobHandle job) {
    job.awaitCondition("Ready", "False", "Queued");
    job.await("the end of its pods", _ -> job.pods().isEmpty());
    var saved = team.committed(job).step();
    assertThat(saved).isGreaterThanOrEqualTo(job.status("/progress/step").asLong());
    return saved;
  }

  private static void wentOnInTheSameRun(
      Team team, Expectations expect, JobHandle job, long saved) {
    expect.resumedExactlyFrom(job, saved);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/run/number").asLong()).as("the same run").isEqualTo(1);
    assertThat(job.status("/counts/disruptions").asInt()).isZero();
  }
}
