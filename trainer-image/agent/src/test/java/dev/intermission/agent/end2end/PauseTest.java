package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingTrainer;
import dev.intermission.agent.TestingTrainer.Plan;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PauseTest {

  private static final Duration STEP = Duration.ofMillis(5);
  private static TestingMinio minio;

  @TempDir Path root;
  private TestingJob job;

  @BeforeAll
  static void startMinio(@TempDir Path data) {
    minio = TestingMinio.in(data.resolve("data"));
  }

  @AfterAll
  static void stopMinio() {
    minio.close();
  }

  @BeforeEach
  void newJob() {
    job = new TestingJob(minio, root);
  }

  @AfterEach
  void endJob() {
    job.close();
  }

  @Test
  void anAgentWaitsForTheSealAndNeverCreatesHead() {
    var pod = job.pod(1, "pod-1");
    var agent = job.start(pod);
    var operator = job.operator(agent, pod);
    assertThat(operator.status().restored().state()).isEqualTo(Restored.State.WAITING_FOR_SEAL);

    job.seal(1);

    eventually("restored", () -> operator.status().restored().state() == Restored.State.RESTORED);
    assertThat(job.head().pod()).contains("pod-1");
    assertThat(pod.directory().agent().read().orElseThrow().restored()).contains("none");
  }

  @Test
  void aPauseHoldsTheTrainerAndAContinueTrainsOnFromMemory() throws Exception {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    var agent = job.start(pod);
    var operator = job.operator(agent, pod);
    var trainer = job.train(pod, new Plan(400, 0, STEP, 0));
    eventually("trained", () -> trainer.step() > 10);

    operator.save(7, true);
    var held = operator.awaitState(7, SaveState.HELD);

    assertThat(held.step()).contains(trainer.step());
    assertThat(job.head().step()).isEqualTo(trainer.step());
    assertThat(job.newest().requestId()).contains(7L);
    assertThat(held.manifest().orElseThrow().name())
        .isEqualTo(job.head().manifest().orElseThrow().name());
    assertThat(operator.status().held()).isTrue();
    assertThat(job.head().seq()).isZero();

    assertThat(operator.letGo(7).state()).isEqualTo(SaveState.CONTINUED);

    assertThat(job.head().seq()).isEqualTo(1);
    var end = trainer.end().get(30, TimeUnit.SECONDS);
    assertThat(end.exitCode()).isZero();
    assertThat(end.model()).isEqualTo(TestingTrainer.modelAfter(400));
    assertThat(job.newest().finished()).isTrue();
    assertThat(job.head().step()).isEqualTo(400);
  }

  @Test
  void theNextRunGoesOnAtTheVeryStep() throws Exception {
    job.seal(1);
    var first = job.pod(1, "pod-1");
    var agent = job.start(first);
    var operator = job.operator(agent, first);
    var paused = job.train(first, new Plan(100, 20, STEP, 0));
    eventually("trained", () -> paused.step() > 30);
    operator.save(7, true);
    var step = operator.awaitState(7, SaveState.HELD).step().orElseThrow();
    paused.kill();
    job.seal(2);
    agent.close();

    var second = job.pod(2, "pod-2");
    job.start(second);
    var resumed = job.train(second, new Plan(100, 20, STEP, 0));

    var end = resumed.end().get(30, TimeUnit.SECONDS);
    assertThat(resumed.resumedFrom()).isEqualTo(step);
    assertThat(end.model()).isEqualTo(TestingTrainer.modelAfter(100));
    eventually("the restored files are gone", () -> !Files.exists(second.directory().resume()));
  }

  @Test
  void aSecondRequestAtTheHeldStepGetsAManifestOfItsOwn() {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    var agent = job.start(pod);
    var operator = job.operator(agent, pod);
    var trainer = job.train(pod, new Plan(10_000, 0, STEP, 0));
    eventually("trained", () -> trainer.step() > 3);
    operator.save(7, true);
    var step = operator.awaitState(7, SaveState.HELD).step();

    operator.signed(RequestFacts.post(new SaveCommand(8, step, true)));
    var held = operator.awaitState(8, SaveState.HELD);

    assertThat(held.step()).isEqualTo(step);
    assertThat(job.newest().requestId()).contains(8L);
    assertThat(operator.look(7).state()).isEqualTo(SaveState.SUPERSEDED);
    trainer.kill();
  }

  @Test
  void aStepThatHasPassedIsMissedAndTrainingGoesOn() {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    var agent = job.start(pod);
    var operator = job.operator(agent, pod);
    var trainer = job.train(pod, new Plan(10_000, 0, STEP, 0));
    eventually("trained", () -> trainer.step() > 10);

    operator.signed(RequestFacts.post(new SaveCommand(7, Optional.of(2L), true)));

    operator.awaitState(7, SaveState.MISSED);
    var step = trainer.step();
    eventually("trained on", () -> trainer.step() > step);
    trainer.kill();
  }

  @Test
  void aSaveWithoutAHoldDoesNotStopTraining() {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    var agent = job.start(pod);
    var operator = job.operator(agent, pod);
    var trainer = job.train(pod, new Plan(10_000, 0, STEP, 0));
    eventually("trained", () -> trainer.step() > 3);

    operator.save(7, false);
    var durable = operator.awaitState(7, SaveState.DURABLE);

    assertThat(job.newest().requestId()).contains(7L);
    eventually("trained on", () -> trainer.step() > durable.step().orElseThrow() + 5);
    trainer.kill();
  }

  @Test
  void periodicSavesFollowTrainingAndTheDiskKeepsTwoSteps() throws Exception {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    job.start(pod);
    var trainer = job.train(pod, new Plan(200, 10, STEP, 0));

    eventually("a periodic save is durable", () -> job.head().step() >= 20);
    var end = trainer.end().get(30, TimeUnit.SECONDS);

    assertThat(end.exitCode()).isZero();
    assertThat(job.head().step()).isEqualTo(200);
    eventually(
        "older folders are deleted", () -> pod.directory().checkpoints().complete().size() == 1);
  }

  @Test
  void aFolderThatACrashedTrainerLeftIsSaved() throws Exception {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    job.start(pod);
    var folders = pod.directory().checkpoints();

    Files.writeString(folders.begin(33).resolve("model.bin"), "weights");
    folders.commit(33);

    eventually("it is durable", () -> job.head().step() == 33);
    assertThat(job.newest().requestId()).isEmpty();
  }
}
