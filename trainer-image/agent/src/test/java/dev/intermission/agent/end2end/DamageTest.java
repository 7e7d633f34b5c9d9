package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingOperator;
import dev.intermission.agent.TestingTrainer.Plan;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.Problem;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.Restored;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects that an agent is to restore from are damaged in a real store. */
final class DamageTest {

  private static final Plan ENDLESS = new Plan(100_000, 20, Duration.ofMillis(5), 100_000);

  @TempDir Path root;
  private TestingMinio minio;
  private TestingJob job;
  private S3Client s3;

  @BeforeEach
  void aCheckpointIsThereAndItsPodIsGone() {
    minio = TestingMinio.in(root.resolve("data"));
    s3 = minio.client();
    job = new TestingJob(minio, root);
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    var agent = job.start(pod);
    var trainer = job.train(pod, ENDLESS);
    eventually("a save is durable", () -> job.head().step() >= 20);
    trainer.kill();
    agent.close();
    job.seal(2);
  }

  @AfterEach
  void stop() {
    job.close();
    s3.close();
    minio.close();
  }

  @Test
  void damageIsReportedByNameAndTheTrainerSeesNothingOfIt() {
    var key = job.newest().chunks().findFirst().orElseThrow().key();
    var whole = object(key);
    put(whole.key(), "rubbish".getBytes(StandardCharsets.UTF_8));
    var head = job.head();
    var pod = job.pod(2, "pod-2");
    var operator = job.operator(job.start(pod), pod);

    eventually("it says so", () -> state(operator) == Restored.State.FAILED);

    var problem = operator.status().restored().problem().orElseThrow();
    assertThat(problem.reason()).isEqualTo("Damaged");
    assertThat(problem.message()).contains(key).contains("Nothing was restored");
    assertThat(pod.directory().resume()).doesNotExist();
    assertThat(pod.path().resolve("resume.restoring")).doesNotExist();
    assertThat(pod.directory().agent().read().filter(memory -> memory.isRestoreOver())).isEmpty();
    assertThat(answer(operator, AgentPaths.LIVE)).as("no restart by the kubelet").isEqualTo(200);
    assertThat(answer(operator, AgentPaths.STARTED)).as("no trainer yet").isEqualTo(503);
    assertThat(job.head().manifest()).as("the operator decides").isEqualTo(head.manifest());
    assertThat(job.head().pod()).contains("pod-2");
  }

  @Test
  void aRestoreThatFailedGoesOnWhenTheObjectIsBack() {
    var key = job.newest().chunks().findFirst().orElseThrow().key();
    var whole = object(key);
    var bytes = s3.getObjectAsBytes(get -> get.bucket(TestingMinio.BUCKET).key(whole.key()));
    s3.deleteObject(delete -> delete.bucket(TestingMinio.BUCKET).key(whole.key()));
    var pod = job.pod(2, "pod-2");
    var operator = job.operator(job.start(pod), pod);
    eventually("it says so", () -> state(operator) == Restored.State.FAILED);

    put(whole.key(), bytes.asByteArray());

    eventually("it is restored", () -> state(operator) == Restored.State.RESTORED);
    assertThat(pod.directory().resume()).isNotEmptyDirectory();
  }

  @Test
  void aHeadOfANewerFormatIsLeftAloneAndTheVersionNeededIsNamed() {
    var head = object("HEAD");
    var old = s3.getObjectAsBytes(get -> get.bucket(TestingMinio.BUCKET).key(head.key()));
    var newer =
        old.asUtf8String()
            .replace("\"formatVersion\":1", "\"formatVersion\":2")
            .getBytes(StandardCharsets.UTF_8);
    put(head.key(), newer);
    var pod = job.pod(2, "pod-2");
    var operator = job.operator(job.start(pod), pod);

    eventually("it says why", () -> operator.status().problem().isPresent());

    assertThat(operator.status().problem().map(Problem::reason)).contains("FormatTooNew");
    assertThat(operator.status().problem().orElseThrow().message()).contains("knows version 2");
    assertThat(state(operator)).isEqualTo(Restored.State.WAITING_FOR_SEAL);
    assertThat(
            s3.getObjectAsBytes(get -> get.bucket(TestingMinio.BUCKET).key(head.key()))
                .asByteArray())
        .isEqualTo(newer);
    assertThat(Files.exists(pod.directory().resume())).isFalse();

    put(head.key(), old.asByteArray());
    eventually("it is restored", () -> state(operator) == Restored.State.RESTORED);
  }

  private static Restored.State state(TestingOperator operator) {
    return operator.status().restored().state();
  }

  private static int answer(TestingOperator operator, String path) {
    return operator.send(RequestFacts.get(path, 0), Map.of()).statusCode();
  }

  private S3Object object(String end) {
    return s3.listObjectsV2Paginator(list -> list.bucket(TestingMinio.BUCKET)).contents().stream()
        .filter(found -> found.key().endsWith("/" + end))
        .findFirst()
        .orElseThrow();
  }

  private void put(String key, byte[] bytes) {
    s3.putObject(put -> put.bucket(TestingMinio.BUCKET).key(key), RequestBody.fromBytes(bytes));
  }
}
