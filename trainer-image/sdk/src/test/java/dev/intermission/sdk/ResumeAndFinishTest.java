package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.sdk.directory.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeAndFinishTest {

  @TempDir Path root;
  private TestingPod pod;

  @BeforeEach
  void openAPod() {
    pod = new TestingPod(root).totalSteps(10);
  }

  @AfterEach
  void closeThePod() {
    pod.close();
  }

  @Test
  void resumeWaitsUntilTheFilesAreComplete() throws Exception {
    var session = pod.open();
    var resume = CompletableFuture.supplyAsync(session::resume);
    assertThat(resume).isNotDone();

    pod.restored(Optional.of(7L));

    var point = resume.get(20, TimeUnit.SECONDS).orElseThrow();
    assertThat(point.step()).isEqualTo(7);
    assertThat(point.directory()).isEqualTo(root.toRealPath().resolve("resume"));
  }

  @Test
  void nothingToRestoreBeginsFromZero() {
    pod.restored(Optional.empty());

    assertThat(pod.open().resume()).isEmpty();
  }

  @Test
  void trainingNeverStartsFromBeforeTheStepThatWasPromised() {
    pod.restored(Optional.of(7L));
    var session = pod.with("INTERMISSION_RESUME_STEP", "8").open();

    assertThatThrownBy(session::resume)
        .hasMessageContaining("INTERMISSION_RESUME_STEP is 8")
        .hasMessageContaining("step 7");
  }

  @Test
  void trainingNeverStartsSilentlyFromZero() {
    pod.restored(Optional.empty());
    var session = pod.with("INTERMISSION_RESUME_STEP", "8").open();

    assertThatThrownBy(session::resume).hasMessageContaining("restored nothing");
  }

  @Test
  void aPodThatIsFencedWhileRestoringLeaves() {
    pod.ask(new Request.Stop("fenced"));
    var session = pod.open();

    assertThatThrownBy(session::resume)
        .isInstanceOf(LeftEarly.class)
        .hasMessageContaining("fenced");
  }

  @Test
  void aCheckpointOfAnotherStepIsRefused() throws Exception {
    Files.createDirectories(root.resolve("resume"));
    Files.writeString(root.resolve("resume/checkpoint.json"), "{\"step\": 6}");
    pod.restored(Optional.of(7L));
    var session = pod.open();

    assertThatThrownBy(session::resume).hasMessageContaining("declares step 6 where step 7");
  }

  @Test
  void theLastStepIsDeclaredFinishedAndWaitedFor() throws Exception {
    var session = pod.open();
    pod.step(10);
    var finish = CompletableFuture.supplyAsync(() -> session.finish(10));

    assertThat(pod.savedAt(10).finished()).isTrue();
    assertThat(pod.progressOnce(seen -> seen.finished()).step()).isEqualTo(10);
    assertThat(finish).isNotDone();
    pod.durable(10);

    assertThat(finish.get(20, TimeUnit.SECONDS)).isEqualTo(new Finish.Durable(10));
    assertThat(pod.state.snapshots).containsExactly(10L);
  }

  @Test
  void anUploadThatNeverComesIsNoSuccess() {
    var session = pod.open();
    pod.step(10);

    var finish = session.finish(10);

    assertThat(finish.exitCode()).isNotZero();
    assertThat(finish)
        .isInstanceOfSatisfying(
            Finish.NotDurable.class,
            it -> assertThat(it.reason()).contains("step 10", "agent's log"));
  }

  @Test
  void aFinalSaveThatFailsIsNoSuccess() {
    var session = pod.open();
    pod.state.failWith("No space left on device");

    assertThat(session.finish(10))
        .isInstanceOfSatisfying(
            Finish.NotDurable.class, it -> assertThat(it.reason()).contains("No space left"));
    assertThat(pod.progress().failed().orElseThrow().step()).isEqualTo(10);
  }

  @Test
  void stoppingEarlyStillSavesAFinishedCheckpoint() {
    var session = pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.step(2);
    pod.savedAt(2);
    pod.durable(2);

    assertThat(session.finish(2)).isEqualTo(new Finish.Durable(2));
    assertThat(pod.savedAt(2).finished()).isTrue();
  }

  @Test
  void aTrainerThatResumesAtItsEndSavesNothingAgain() throws Exception {
    Files.createDirectories(root.resolve("resume"));
    Files.writeString(root.resolve("resume/checkpoint.json"), "{\"step\": 10, \"finished\": true}");
    pod.restored(Optional.of(10L));
    pod.durable(10);
    var session = pod.open();
    session.resume();

    assertThat(session.finish(10)).isEqualTo(new Finish.Durable(10));
    assertThat(pod.state.snapshots).isEmpty();
  }

  @Test
  void aReleaseWhileWaitingForTheLastUploadLeaves() throws Exception {
    var session = pod.open();
    pod.ask(new Request.Exit());

    assertThat(session.finish(10)).isInstanceOf(Finish.Left.class);
  }

  @Test
  void outsideKubernetesItResumesFromItsOwnNewestCheckpoint() {
    pod.totalSteps(1_000_000).with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2");
    var session = pod.outsideKubernetes().open();
    assertThat(session.resume()).isEmpty();
    for (var step = 1L; pod.directory.checkpoints().newest().orElse(0L) < 8; step++) pod.step(step);
    session.close();
    var newest = pod.directory.checkpoints().newest();

    assertThat(pod.open().resume().map(ResumePoint::step)).isEqualTo(newest);
    assertThat(pod.directory.checkpoints().complete()).hasSize(2);
  }

  @Test
  void outsideKubernetesNobodyIsWaitedFor() {
    var session = pod.outsideKubernetes().open();
    pod.step(10);

    assertThat(session.finish(10)).isEqualTo(new Finish.Durable(10));
  }

  @Test
  void outsideKubernetesARequestOfYesterdayIsNotObeyed() {
    pod.ask(new Request.Exit());
    var session = pod.outsideKubernetes().open();

    assertThat(session.resume()).isEmpty();
    assertThat(pod.step(1)).isEqualTo(new Verdict.TrainOn());
  }
}
