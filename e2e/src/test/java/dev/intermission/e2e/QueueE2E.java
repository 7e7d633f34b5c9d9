package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** What Kueue does to a Job of its queue, done by hand: it admits, takes back, and admits again. */
@EndToEnd
final class QueueE2E {

  private static final String ADMIT =
      """
      {"spec": {"suspend": false, "template": {"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}}}}
      """;

  private static final String TAKE_BACK = "{\"spec\": {\"suspend\": true}}";

  @Test
  void queuedJobWaitsSavesWhenItIsSuspendedAndGoesOnInTheSameRun(Team team, Expectations expect) {
    var job = team.create(queued());
    job.awaitCondition("Ready", "False", "Queued");
    assertThat(job.pods()).as("pods before it is admitted").isEmpty();
    team.patchChildJob(job, 1, ADMIT);
    job.awaitStep(150);

    team.patchChildJob(job, 1, TAKE_BACK);
    job.awaitCondition("Ready", "False", "Queued");
    job.await("the end of its pod", _ -> job.pods().isEmpty());
    var saved = team.committed(job).step();
    assertThat(saved).isGreaterThanOrEqualTo(job.status("/progress/step").asLong());
    team.patchChildJob(job, 1, ADMIT);

    expect.resumedExactlyFrom(job, saved);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/run/number").asLong()).as("the same run").isEqualTo(1);
    assertThat(job.status("/counts/disruptions").asInt()).isZero();
  }

  @Test
  void pauseOfAQueuedJobGivesItsQuotaBackAndItsResumeQueuesAgain(Team team, Expectations expect) {
    var job = team.create(queued());
    job.awaitCondition("Ready", "False", "Queued");
    team.patchChildJob(job, 1, ADMIT);
    job.awaitStep(150);
    job.pause();
    var pausedAt = expect.pausedSafely(team, job);

    job.unpause();
    job.awaitCondition("Ready", "False", "Queued");
    assertThat(job.pods()).as("pods before it is admitted").isEmpty();
    team.patchChildJob(job, 2, ADMIT);

    expect.resumedExactlyFrom(job, pausedAt);
    expect.undisturbedResult(team, job);
  }

  private static JobManifest queued() {
    var labels = new ObjectMapper().createObjectNode().put("kueue.x-k8s.io/queue-name", "gpus");
    return JobManifest.digits("digits").with("metadata.labels", labels);
  }
}
