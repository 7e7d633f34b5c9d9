package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingTrainer.Plan;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.Problem;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTroubleTest {

  private static final Plan ENDLESS = new Plan(100_000, 20, Duration.ofMillis(5), 100_000);

  @TempDir Path root;
  private TestingMinio minio;
  private TestingJob job;

  @BeforeEach
  void startMinio() {
    minio = TestingMinio.in(root.resolve("data"));
    job = new TestingJob(minio, root);
    job.seal(1);
  }

  @AfterEach
  void stopMinio() {
    job.close();
    minio.close();
  }

  @Test
  void aPauseOutlastsAStoreThatIsDown() {
    var pod = job.pod(1, "pod-1");
    var operator = job.operator(job.start(pod), pod);
    var trainer = job.train(pod, ENDLESS);
    eventually("a save is durable", () -> job.head().step() >= 20);

    minio.stop();
    var before = trainer.step();
    eventually("training goes on without S3", () -> trainer.step() > before + 50);
    operator.save(7, true);
    operator.awaitState(7, SaveState.UPLOADING); // before, a problem is that of a periodic save
    eventually(
        "the answer says why it waits",
        () -> operator.look(7).problem().map(Problem::reason).isPresent());
    assertThat(operator.look(7).problem().map(Problem::reason)).contains("EndpointUnreachable");
    minio.start();

    var held = operator.awaitState(7, SaveState.HELD);
    assertThat(held.step()).contains(trainer.step());
    assertThat(job.newest().requestId()).contains(7L);
    assertThat(operator.status().problem()).isEmpty();
    trainer.kill();
  }

  @Test
  void anAgentThatDiesInTheMiddleOfAnUploadIsTakenUpByTheNext() {
    var pod = job.pod(1, "pod-1");
    var first = job.start(pod);
    var trainer = job.train(pod, ENDLESS);
    eventually("a save is durable", () -> job.head().step() >= 20);
    minio.stop();
    var operator = job.operator(first, pod);
    operator.save(7, true);
    operator.awaitState(7, SaveState.UPLOADING);
    eventually("the trainer waits", () -> operator.status().held());
    var step = trainer.step();

    first.close();
    minio.start();
    var second = job.operator(job.start(pod), pod);
    var held = second.awaitState(7, SaveState.HELD);

    assertThat(held.step()).contains(step);
    assertThat(trainer.step()).isEqualTo(step);
    assertThat(job.head().pod()).contains("pod-1");
    assertThat(job.head().writerEpoch()).isEqualTo(2); // sealed, claimed once
    assertThat(second.letGo(7).state()).isEqualTo(SaveState.CONTINUED);
    eventually("the trainer noticed nothing", () -> trainer.step() > step);
    trainer.kill();
  }

  @Test
  void wrongCredentialsAreNamedAndTheAgentLivesOn() {
    var pod = job.pod(1, "pod-1");
    pod.environment().with("AWS_SECRET_ACCESS_KEY", "wrong-secret");
    var operator = job.operator(job.start(pod), pod);

    eventually("it says why", () -> operator.status().problem().isPresent());

    var status = operator.status();
    assertThat(status.problem().map(Problem::reason)).contains("AccessDenied");
    assertThat(status.restored().state()).isEqualTo(Restored.State.WAITING_FOR_SEAL);
    assertThat(operator.send(RequestFacts.get(AgentPaths.LIVE, 0), Map.of()).statusCode())
        .isEqualTo(200);
    assertThat(operator.send(RequestFacts.get(AgentPaths.STARTED, 0), Map.of()).statusCode())
        .isEqualTo(503);
  }

  @Test
  void aMissingBucketIsNamedAndTheStartGoesOnOnceItIsThere() {
    var pod = job.pod(1, "pod-1");
    pod.environment().with("INTERMISSION_S3_BUCKET", "absent");
    var operator = job.operator(job.start(pod), pod);

    eventually("it says why", () -> operator.status().problem().isPresent());
    assertThat(operator.status().problem().map(Problem::reason)).contains("BucketMissing");

    try (var s3 = minio.client()) {
      s3.createBucket(request -> request.bucket("absent"));
    }
    eventually("it waits for the seal now", () -> operator.status().problem().isEmpty());
  }

  @Test
  void aHeadBehindThePromisedStepIsNeverStartedFrom() {
    var pod = job.pod(1, "pod-1");
    pod.environment()
        .with("INTERMISSION_RESTORE", "00000000000000000500-1-2-0123456789abcdef.json");
    var operator = job.operator(job.start(pod), pod);

    eventually("it refuses", () -> operator.status().restored().state() == Restored.State.FAILED);

    assertThat(operator.status().problem().map(Problem::reason)).contains("HeadBehind");
    assertThat(job.head().pod()).isEmpty();
    assertThat(pod.directory().agent().read().filter(a -> a.isRestoreOver())).isEmpty();
  }
}
