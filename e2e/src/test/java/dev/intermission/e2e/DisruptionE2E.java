package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nodes that go: with notice no step is lost, without one no committed step is. */
@EndToEnd
final class DisruptionE2E {

  private static final String NODE = TestBed.SPARE_NODE;

  /** As each provider's tool writes it on a node. */
  private static final List<String> TAINTS =
      List.of(
          "karpenter.sh/disrupted",
          "ToBeDeletedByClusterAutoscaler",
          "aws-node-termination-handler/spot-itn",
          "cloud.google.com/impending-node-termination");

  private record Notice(String by, Function<String, Outage> of) {}

  /** In the words of every provider: a gang flees to and fro between two nodes. */
  @Test
  @Disruptive({ClusterPart.OPERATOR, ClusterPart.SPARE_NODE}) // all others live on the steady node
  void nodeThatAnnouncesItsEndIsLeftBeforeItGoes(TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("gang").with("spec.workers", 2).preferring(NODE));
    var trainers = Trainers.stoppedIn(job, 1);
    for (var run = 1; run <= notices(bed).size(); run++) {
      var notice = notices(bed).get(run - 1);
      var from = nodeOf(job);
      var newest = trainers.newestStep();
      var at = Instant.now();
      try (var _ = notice.of().apply(from)) {
        trainers.awaitRequest();
        trainers.goOn();
        trainers = Trainers.stoppedIn(job, run + 1); // or a fast machine would have finished
        expect.movedWithoutLosingAStep(job, run, at, " by " + notice.by());
      }
      assertThat(job.status("/resume/fromStep").asLong()).isGreaterThanOrEqualTo(newest);
      assertThat(nodesOf(job, run + 1)).as("nodes of the next run").doesNotContain(from);
    }
    trainers.goOn();
    expect.undisturbedResult(team, job);
  }

  private static List<Notice> notices(TestBed bed) {
    var taints = TAINTS.stream().map(key -> new Notice(key, node -> bed.taint(node, key)));
    return Stream.concat(taints, Stream.of(new Notice("VMEventScheduled", bed::announceVmEvent)))
        .toList();
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

  private static List<String> nodesOf(JobHandle job, long run) {
    return job.pods(run).stream().map(pod -> pod.getSpec().getNodeName()).toList();
  }

  private static String nodeOf(JobHandle job) {
    return job.runningPod().getSpec().getNodeName();
  }
}
