package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.AgentApp;
import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingOperator;
import dev.intermission.agent.TestingTrainer;
import dev.intermission.agent.TestingTrainer.Plan;
import dev.intermission.control.SaveState;
import dev.intermission.sdk.directory.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HoldTest {

  private static final Plan ENDLESS = new Plan(100_000, 0, Duration.ofMillis(5), 0);
  private static TestingMinio minio;

  @TempDir Path root;
  private TestingJob job;
  private TestingJob.Pod pod;
  private AgentApp agent;
  private TestingOperator operator;
  private TestingTrainer trainer;

  @BeforeAll
  static void startMinio(@TempDir Path data) {
    minio = TestingMinio.in(data.resolve("data"));
  }

  @AfterAll
  static void stopMinio() {
    minio.close();
  }

  @BeforeEach
  void trainAJob() {
    job = new TestingJob(minio, root);
    job.seal(1);
    pod = job.pod(1, "pod-1");
    pod.environment()
        .with("INTERMISSION_HOLD_LEASE_SECONDS", "2")
        .with("INTERMISSION_GRACE_SECONDS", "8");
    agent = job.start(pod);
    operator = job.operator(agent, pod);
    trainer = job.train(pod, ENDLESS);
    eventually("trained", () -> trainer.step() > 5);
  }

  @AfterEach
  void endJob() {
    trainer.kill();
    job.close();
  }

  @Test
  void aHoldEndsWhenTheOperatorIsGone() {
    operator.save(7, true);
    var held = operator.awaitState(7, SaveState.HELD).step().orElseThrow();

    eventually("trained on", () -> trainer.step() > held);

    assertThat(job.head().seq()).isEqualTo(1);
    assertThat(operator.look(7).state()).isEqualTo(SaveState.CONTINUED);
  }

  @Test
  void aHoldLastsWhileTheOperatorAsks() {
    operator.save(7, true);
    var held = operator.awaitState(7, SaveState.HELD).step().orElseThrow();

    for (var look = 0; look < 8; look++) {
      operator.look(7);
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }

    assertThat(trainer.step()).isEqualTo(held);
    assertThat(job.head().seq()).isZero();
  }

  @Test
  void anAnswerNamesTheSeqUnderWhichThePodHolds() {
    operator.save(7, true);
    assertThat(operator.awaitState(7, SaveState.HELD).seq()).contains(0L);

    operator.letGo(7);
    operator.save(8, true);

    assertThat(operator.awaitState(8, SaveState.HELD).seq())
        .contains(1L)
        .contains(job.head().seq());
  }

  @Test
  void aHoldThatWasSealedNeverEnds() {
    operator.save(7, true);
    var held = operator.awaitState(7, SaveState.HELD).step().orElseThrow();
    job.seal(2);

    LockSupport.parkNanos(Duration.ofSeconds(4).toNanos()); // twice the lease

    assertThat(trainer.step()).isEqualTo(held);
    assertThat(operator.letGo(7).state()).isEqualTo(SaveState.HELD);
    assertThat(job.head().run()).isEqualTo(2);
    assertThat(job.head().seq()).isZero();
  }

  @Test
  void aDrainSavesAndHoldsAndNamesNoRequest() {
    assertThat(operator.drain().statusCode()).isEqualTo(200);

    assertThat(job.head().step()).isEqualTo(trainer.step());
    assertThat(job.newest().requestId()).isEmpty();
    assertThat(operator.status().held()).isTrue();
    assertThat(operator.drain().statusCode()).isEqualTo(200);
    assertThat(job.head().step()).isEqualTo(trainer.step());
  }

  @Test
  void aDrainOfAHeldTrainerSavesNothingMore() {
    operator.save(7, true);
    operator.awaitState(7, SaveState.HELD);
    var saved = job.head();

    assertThat(operator.drain().statusCode()).isEqualTo(200);

    assertThat(job.head()).isEqualTo(saved);
    assertThat(job.newest().requestId()).contains(7L);
  }

  @Test
  void aPauseThatIsTakenBackWhileThePodEndsLetsNobodyTrainOn() {
    operator.save(7, true);
    operator.awaitState(7, SaveState.HELD);
    assertThat(operator.drain().statusCode()).isEqualTo(200);

    operator.letGo(7);
    LockSupport.parkNanos(Duration.ofSeconds(4).toNanos()); // twice the lease

    assertThat(trainer.step()).isEqualTo(job.head().step());
    assertThat(operator.status().held()).isTrue();
  }

  @Test
  void aPodThatEndsWhileAPauseIsTakenBackSavesAgain() {
    operator.save(7, true);
    operator.awaitState(7, SaveState.HELD);
    operator.letGo(7);

    assertThat(operator.drain().statusCode()).isEqualTo(200);

    assertThat(trainer.step()).isEqualTo(job.head().step());
    assertThat(operator.status().held()).isTrue();
  }

  @Test
  void aFencedPodStopsItsTrainerRefusesSavesAndStaysFenced() throws Exception {
    job.seal(2);
    job.claimByAnother(2, "pod-2");

    operator.save(7, true);
    operator.awaitState(7, SaveState.FENCED);

    assertThat(trainer.end().get(10, TimeUnit.SECONDS).exitCode()).isEqualTo(75);
    assertThat(pod.directory().control().read()).contains(new Request.Stop("fenced"));
    assertThat(job.head().manifest()).isEmpty();
    agent.close();
    var again = job.operator(job.start(pod), pod);
    eventually("fenced again", () -> again.status().fenced());
    assertThat(again.save(8, true).state()).isEqualTo(SaveState.FENCED);
  }

  @Test
  void aHigherRequestEndsAnOlderHold() {
    operator.save(7, true);
    var first = operator.awaitState(7, SaveState.HELD).step().orElseThrow();

    operator.save(8, true);
    var second = operator.awaitState(8, SaveState.HELD).step().orElseThrow();

    assertThat(second).isGreaterThan(first);
    assertThat(job.newest().requestId()).contains(8L);
    assertThat(operator.look(7).state()).isEqualTo(SaveState.SUPERSEDED);
  }
}
