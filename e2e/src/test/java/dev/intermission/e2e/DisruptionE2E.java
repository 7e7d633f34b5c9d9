package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Nodes that go: with notice no step is lost, without one no committed step is. */
@EndToEnd
final class DisruptionE2E {

  private static final String NODE = TestBed.SPARE_NODE;

  @Test
  @Disruptive(ClusterPart.SPARE_NODE)
  void nodeThatAnnouncesItsEndIsLeftBeforeItGoes(TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("gang").with("spec.workers", 2).preferring(NODE));
    job.awaitStep(30); // early: the operator looks at a node every 5 s, and training lasts some 10
    assertThat(nodeOf(job)).isEqualTo(NODE);

    var notice = Instant.now();
    try (var _ = bed.taint(NODE, "karpenter.sh/disrupted")) {
      expect.movedWithoutLosingAStep(job, 1, notice);
      assertThat(nodeOf(job)).as("node of the next run").isNotEqualTo(NODE);
      expect.undisturbedResult(team, job);
    }
  }

  @Test
  @Disruptive(ClusterPart.SPARE_NODE)
  void drainedNodeCostsNoStep(TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits").preferring(NODE));
    job.awaitStep(130);
    assertThat(nodeOf(job)).isEqualTo(NODE);

    var notice = Instant.now();
    try (var _ = bed.drain(NODE)) {
      expect.movedWithoutLosingAStep(job, 1, notice);
      expect.undisturbedResult(team, job);
    }
  }

  @Test
  @Disruptive(ClusterPart.SPARE_NODE)
  void podThatIsPreemptedCostsNoStep(TestBed bed, Team team, Expectations expect) {
    var port = 39_401;
    var job = team.create(JobManifest.digits("digits").preferring(NODE).takingHostPort(port));
    job.awaitStep(130);
    assertThat(nodeOf(job)).isEqualTo(NODE);

    var notice = Instant.now();
    try (var _ = team.preempt(NODE, port)) {
      expect.movedWithoutLosingAStep(job, 1, notice);
      assertThat(job.status("/run/reason").asText()).isEqualTo("PreemptionByScheduler");
      expect.undisturbedResult(team, job);
    }
  }

  @Test
  @Disruptive(ClusterPart.SPARE_NODE)
  void nodeThatHangsIsReplacedAndItsZombieIsFencedWhenItWakes(
      TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits").preferring(NODE));
    job.await("a checkpoint", seen -> seen.at("/status/checkpoint/step").asLong() >= 100);
    var zombie = job.runningPod();
    assertThat(zombie.getSpec().getNodeName()).isEqualTo(NODE);

    try (var _ = bed.freezeNode(NODE)) {
      var committed = team.committed(job).step();
      job.await("a second run", LOSS, seen -> seen.at("/status/run/number").asLong() == 2);
      assertThat(job.status("/run/reason").asText()).isEqualTo("NodeLost");
      assertThat(team.head(job).run()).as("the zombie is fenced from here on").isEqualTo(2);
      expect.resumedFromACommittedStep(job, committed);
      assertThat(nodeOf(job)).isNotEqualTo(NODE);
    }
    // Awake again, it trains on from where it stood, and none of that may count.
    expect.undisturbedResult(team, job);
    assertThat(team.committed(job).manifestName()).as("committed by run 2").matches("\\d{20}-2-.*");
    assertThat(job.status("/run/number").asLong()).isEqualTo(2);
    assertThat(job.status("/counts/disruptions").asInt()).isEqualTo(1);
    job.await(
        "the end of the zombie",
        _ ->
            job.pods().stream()
                .noneMatch(
                    pod -> pod.getMetadata().getUid().equals(zombie.getMetadata().getUid())));
  }

  /** The control plane's patience with a silent node, ours with its return, and a start. */
  private static final Duration LOSS = Duration.ofSeconds(150);

  private static String nodeOf(JobHandle job) {
    return job.runningPod().getSpec().getNodeName();
  }
}
