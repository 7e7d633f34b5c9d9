package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * S3 refuses, is somewhere else, is gone for a while, or lies: each is said within seconds, costs
 * nothing, and mends without deleting the job.
 */
@EndToEnd
final class StorageFaultsE2E {

  @Test
  void wrongCredentialsAreNamedAndTheJobStartsOnceTheyAreMended(
      TestBed bed, Team team, Expectations expect) {
    var mistyped = "not-the-secret-at-all";
    team.createSecret("mistyped", "nobody", mistyped);
    var job =
        team.create(
            JobManifest.digits("digits")
                .with("spec.checkpoint.storage.s3.credentialsSecret", "mistyped"));

    expect.refused(team, job, "StorageReady", "AccessDenied", "credentialsSecret");
    var root = bed.storage().credentials();
    team.createSecret("mistyped", root.accessKeyId(), root.secretAccessKey());

    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
    expect.keptSecret(team, job, mistyped, root.secretAccessKey());
  }

  @Test
  void missingBucketIsNamedAndTheJobStartsOnceTheFieldIsMended(
      TestBed bed, Team team, Expectations expect) {
    var job =
        team.create(
            JobManifest.digits("digits")
                .with("spec.checkpoint.storage.s3.credentialsSecret", Team.S3_SECRET)
                .with("spec.checkpoint.storage.s3.bucket", "no-such-bucket"));

    expect.refused(team, job, "StorageReady", "BucketMissing", "spec.checkpoint.storage.s3.bucket");
    job.patch(
        "{\"spec\":{\"checkpoint\":{\"storage\":{\"s3\":{\"bucket\":\""
            + bed.storage().bucket()
            + "\"}}}}}");

    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
  }

  @Test
  void endpointThatDoesNotAnswerIsNamedAndTheJobStartsOnceTheFieldIsMended(
      TestBed bed, Team team, Expectations expect) {
    var job =
        team.create(
            JobManifest.digits("digits")
                .with("spec.checkpoint.storage.s3.credentialsSecret", Team.S3_SECRET)
                .with(
                    "spec.checkpoint.storage.s3.endpoint", "http://nobody-there.default.svc:9000"));

    expect.refused(
        team, job, "StorageReady", "EndpointUnreachable", "spec.checkpoint.storage.s3.endpoint");
    job.patch(
        "{\"spec\":{\"checkpoint\":{\"storage\":{\"s3\":{\"endpoint\":\""
            + bed.storage().endpointInCluster()
            + "\"}}}}}");

    expect.undisturbedResult(team, job);
    expect.oneRunFromTheBeginning(job);
  }

  @Test
  void storeDownForTwentySecondsDelaysAPauseAndLosesNothing(
      TestBed bed, Team team, Expectations expect) {
    try (var gate = StoreGate.open(bed.storage().endpoint())) {
      var job = team.create(JobManifest.digits("digits").through(gate));
      job.awaitStep(150);

      try (var _ = gate.freeze()) {
        job.pause();
        job.awaitPhase("Pausing");
        await("nothing is released for a checkpoint nobody verified")
            .during(Duration.ofSeconds(20))
            .atMost(Duration.ofSeconds(25))
            .until(() -> job.status("/phase").asText().equals("Pausing") && !job.pods().isEmpty());
      }
      var pausedAt = expect.pausedSafely(team, job);
      job.unpause();

      expect.resumedExactlyFrom(job, pausedAt);
      expect.undisturbedResult(team, job);
    }
  }

  @Test
  void corruptCheckpointIsNamedAndItsParentIsUsed(TestBed bed, Team team, Expectations expect) {
    var job = team.create(JobManifest.digits("digits"));
    job.await(
        "two verified checkpoints",
        seen -> seen.at("/status/checkpoint/step").asLong() >= 2 * JobManifest.CHECKPOINT_EVERY);
    job.pause();
    var pausedAt = expect.pausedSafely(team, job);

    bed.storage().damage(team.committed(job));
    job.unpause();

    var parent =
        job.await(
                "a run from the parent",
                Duration.ofMinutes(3),
                seen -> {
                  var from = seen.at("/status/run/resumedFrom/step").asLong(-1);
                  return from > 0 && from < pausedAt;
                })
            .at("/status/run/resumedFrom/step")
            .asLong();
    assertThat(team.eventReasons(job)).contains("Damaged", "Quarantined");
    expect.resumedExactlyFrom(job, parent);
    expect.undisturbedResult(team, job);
  }
}
