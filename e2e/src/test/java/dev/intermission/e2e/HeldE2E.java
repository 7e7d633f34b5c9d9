package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pauses in place: the pod stays for a look inside. */
@EndToEnd
final class HeldE2E {

  private static final String PROGRESS = "/intermission/progress.json";

  @Test
  void heldJobIsLookedIntoStandsStillAndGoesOnFromMemoryInTheSamePod(
      Team team, Expectations expect) {
    var job = team.create(inPlace("1h"));
    job.awaitStep(150);
    var pod = job.runningPod();

    job.pause();
    var step = expect.heldSafely(team, job);
    var inside = team.exec(pod, "cat", PROGRESS);
    assertThat(inside).containsPattern("\"step\"\\s*:\\s*" + step + "\\b");
    team.exec(pod, "touch", "/intermission/somebody-was-here");
    team.create(JobManifest.digits("beside")).awaitStep(150); // so much time passes
    assertThat(team.exec(pod, "cat", PROGRESS)).as("stands still").isEqualTo(inside);
    assertThat(team.exec(pod, "ls", "/intermission")).contains("somebody-was-here");
    job.unpause();

    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
    assertThat(job.pods())
        .extracting(seen -> seen.getMetadata().getUid())
        .containsExactly(pod.getMetadata().getUid());
    assertThat(job.status("/counts/pauses").asInt()).isEqualTo(1);
    assertThat(job.status("/counts/resumes").asInt()).isEqualTo(1);
  }

  @Test
  void heldGangIsLookedIntoAndGoesOnFromMemoryInTheSamePods(Team team, Expectations expect) {
    var steps = 3 * JobManifest.CHECKPOINT_EVERY;
    var job = team.create(inPlace("1h").with("spec.workers", 2).steps(steps));
    try (var trainers = Trainers.stoppedIn(job, 1)) {
      job.pause();
      trainers.awaitRequest();
    }

    var step = expect.heldSafely(team, job);
    var pods = job.pods();
    assertThat(pods).hasSize(2);
    for (var pod : pods) {
      assertThat(team.exec(pod, "cat", PROGRESS))
          .containsPattern("\"step\"\\s*:\\s*" + step + "\\b");
    }
    job.unpause();

    var calm = team.create(JobManifest.digits("calm").steps(steps));
    expect.sameResult(team, job, calm);
    expect.oneRunFromTheBeginning(job);
    assertThat(uids(job.pods())).containsExactlyInAnyOrderElementsOf(uids(pods));
    assertThat(team.committed(job).ranks()).isEqualTo(2);
  }

  @Test
  void limitReleasesThePodLikeAnyOtherPause(Team team, Expectations expect) {
    var job = team.create(inPlace("5s"));
    job.awaitStep(150);

    job.pause();
    var step = expect.heldSafely(team, job);
    assertThat(expect.pausedSafely(team, job)).isEqualTo(step);
    job.unpause();

    expect.resumedExactlyFrom(job, step);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/counts/pauses").asInt()).as("one pause").isEqualTo(1);
  }

  @Test
  void releaseThatIsWishedWhileItHoldsComesAtOnce(Team team, Expectations expect) {
    var job = team.create(inPlace("1h"));
    job.awaitStep(150);
    job.pause();
    var step = expect.heldSafely(team, job);

    job.patch("{\"spec\":{\"pause\":{\"release\":true}}}");

    assertThat(expect.pausedSafely(team, job)).isEqualTo(step);
  }

  @Test
  void evictionOfAHeldPodLosesNothing(Team team, Expectations expect) {
    var job = team.create(inPlace("1h"));
    job.awaitStep(150);
    job.pause();
    var step = expect.heldSafely(team, job);

    team.evict(job.runningPod());

    assertThat(expect.pausedSafely(team, job)).isEqualTo(step);
    job.unpause();
    expect.resumedExactlyFrom(job, step);
    expect.undisturbedResult(team, job);
    assertThat(job.status("/counts/disruptions").asInt()).as("it was paused").isZero();
  }

  @Test
  @Disruptive(ClusterPart.OPERATOR)
  void operatorThatDiesLeavesTheHoldAsItIs(TestBed bed, Team team, Expectations expect) {
    var job = team.create(inPlace("1h"));
    job.awaitStep(150);
    var pod = job.runningPod().getMetadata().getUid();
    job.pause();
    expect.heldSafely(team, job);

    bed.killOperator();
    job.unpause();

    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
    assertThat(job.pods()).extracting(seen -> seen.getMetadata().getUid()).containsExactly(pod);
  }

  private static List<String> uids(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getUid()).toList();
  }

  private static JobManifest inPlace(String limit) {
    return JobManifest.digits("digits")
        .with("spec.pause.release", false)
        .with("spec.pause.holdLimit", limit);
  }
}
