package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.intermission.e2e.StoreGate.Side;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * The operator, killed on the lines of a pause where the checkpoint is safe already and the compute
 * is still there. Its successor must end the same pause with the same checkpoint.
 */
@EndToEnd
final class OperatorCrashE2E {

  @Test
  @Disruptive(ClusterPart.OPERATOR)
  void killedWhileTheSaveIsOnItsWayItFinishesThePause(TestBed bed, Team team, Expectations expect) {
    try (var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = trainedThrough(gate, team);

      try (var _ = gate.freeze()) { // holds the pause open until the operator is dead
        job.pause();
        job.awaitPhase("Pausing");
        bed.killOperator();
      }
      var pausedAt = expect.pausedSafely(team, job);
      job.unpause();

      expect.resumedExactlyFrom(job, pausedAt);
      expect.undisturbedResult(team, job);
    }
  }

  @Test
  @Disruptive(ClusterPart.OPERATOR)
  void killedBetweenTheAnswersOfTwoRanksItHearsTheOtherOne(
      TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("gang").with("spec.workers", 2));
    job.awaitStep(60);
    var last = job.pods().getLast();

    try (var _ = HostProcess.of(last, "trainer").freeze(); // or it ends before it hears of it
        var _ = HostProcess.of(last, "agent").freeze()) {
      job.pause();
      job.await("the part of the rank that heard it", now -> hasAPart(bed, job, now));
      bed.killOperator();
    }
    var pausedAt = expect.pausedSafely(team, job);
    job.unpause();

    expect.resumedExactlyFrom(job, pausedAt);
    expect.undisturbedResult(team, job);
  }

  private static boolean hasAPart(TestBed bed, JobHandle job, JsonNode now) {
    var step = now.at("/status/pause/step").asLong();
    return bed.storage().objects(job.key()).stream()
        .anyMatch(object -> object.contains("/parts/" + step + "-"));
  }

  @Test
  @Disruptive(ClusterPart.OPERATOR)
  void killedBetweenReceiptAndSealItSealsTheCheckpointOfTheReceipt(
      TestBed bed, Team team, Expectations expect) throws Exception {
    try (var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = trainedThrough(gate, team);
      var receipt = killAtTheSeal(Side.BEFORE_THE_STORE, gate, bed, team, job, 1);

      assertThat(expect.pausedSafely(team, job)).isEqualTo(receipt);
      job.unpause();

      expect.resumedExactlyFrom(job, receipt);
      expect.undisturbedResult(team, job);
    }
  }

  @Test
  @Disruptive(ClusterPart.OPERATOR)
  void killedBetweenSealAndReleaseItReleasesAndDoesNotSealAgain(
      TestBed bed, Team team, Expectations expect) throws Exception {
    try (var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = trainedThrough(gate, team);
      var receipt = killAtTheSeal(Side.BEFORE_THE_ANSWER, gate, bed, team, job, 2);

      assertThat(expect.pausedSafely(team, job)).isEqualTo(receipt);
      assertThat(team.head(job).run()).as("the run that HEAD is sealed for").isEqualTo(2);
      job.unpause();

      expect.resumedExactlyFrom(job, receipt);
      expect.undisturbedResult(team, job);
    }
  }

  @Test
  @Disruptive(ClusterPart.OPERATOR)
  void leaderThatHangsInAPauseIsReplacedByTheOtherReplicaAndDoesNoHarmWhenItWakes(
      TestBed bed, Team team, Expectations expect) {
    try (var _ = bed.secondOperator();
        var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = trainedThrough(gate, team);
      var first = bed.leader();
      long pausedAt;

      try (var _ = frozenInAPause(gate, bed, job)) {
        pausedAt = expect.pausedSafely(team, job);
        assertThat(bed.leader()).as("who ended the pause").isNotEqualTo(first);
      }
      job.unpause();

      expect.resumedExactlyFrom(job, pausedAt);
      expect.undisturbedResult(team, job);
      assertThat(job.status("/counts/pauses").asInt()).isEqualTo(1);
      assertThat(job.status("/run/number").asLong()).isEqualTo(2);
    }
  }

  /** The save is asked for and cannot be durable before the leader hangs. */
  private static Outage frozenInAPause(StoreGate gate, TestBed bed, JobHandle job) {
    try (var _ = gate.freeze()) {
      job.pause();
      job.awaitPhase("Pausing");
      return bed.freezeLeader();
    }
  }

  private static JobHandle trainedThrough(StoreGate gate, Team team) {
    var job = team.create(JobManifest.digits("digits").through(gate));
    job.awaitStep(150);
    return job;
  }

  /**
   * Pauses, kills the operator while its seal is held, and checks what its successor will find: a
   * receipt, a pod that holds, and HEAD at {@code sealedFor}.
   *
   * @return the step of the receipt
   */
  private static long killAtTheSeal(
      Side side, StoreGate gate, TestBed bed, Team team, JobHandle job, long sealedFor)
      throws InterruptedException, IOException {
    try (var seal = gate.holdHeadWritesOf(bed.operatorAddress(), side)) {
      job.pause();
      seal.await();
      bed.killOperator();

      var receipt = job.status("/pause/receipt");
      assertThat(receipt.path("step").asLong()).isEqualTo(team.committed(job).step());
      assertThat(receipt.path("computeReleasedAt").isMissingNode()).as("not released").isTrue();
      assertThat(team.head(job).run()).isEqualTo(sealedFor);
      assertThat(job.pods()).isNotEmpty();
      return receipt.path("step").asLong();
    }
  }
}
