package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.sdk.directory.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pausing, from the trainer's side. */
class HoldTest {

  private static final Request.At NEXT = new Request.At.Next();

  @TempDir Path root;
  private TestingPod pod;

  @BeforeEach
  void openAPod() {
    pod = new TestingPod(root);
    pod.open();
    pod.step(1);
  }

  @AfterEach
  void closeThePod() {
    pod.close();
  }

  @Test
  void aPauseSavesThisVeryBoundaryAndWaits() throws Exception {
    pod.ask(new Request.Checkpoint(7, NEXT, true));

    var boundary = pod.stepAside(2);
    var progress = pod.progressOnce(seen -> seen.held().equals(Optional.of(7L)));

    assertThat(progress.step()).isEqualTo(2);
    assertThat(progress.armed()).contains(7L);
    assertThat(pod.savedAt(2).requestId()).contains(7L);
    assertThat(boundary).isNotDone();
    end(boundary);
  }

  @Test
  void aHoldThatCouldNotBeReportedIsReportedLater() throws Exception {
    var report = pod.directory.root().resolve("progress.json");
    Files.delete(report);
    Files.createDirectory(report); // which no file replaces
    pod.ask(new Request.Checkpoint(7, NEXT, true));
    var boundary = pod.stepAside(2);
    pod.savedAt(2);

    Files.delete(report);

    assertThat(pod.progressOnce(seen -> seen.held().equals(Optional.of(7L))).step()).isEqualTo(2);
    end(boundary);
  }

  @Test
  void continueTrainsOnFromMemory() throws Exception {
    var boundary = held(7, 2);

    pod.ask(new Request.Continue(7));

    assertThat(TestingPod.within20Seconds(boundary)).isEqualTo(new Verdict.TrainOn());
    assertThat(pod.progress().held()).isEmpty();
    assertThat(pod.state.snapshots).containsExactly(2L);
  }

  @Test
  void aContinueForAnOlderRequestDoesNotEndTheHold() throws Exception {
    var boundary = held(7, 2);

    pod.ask(new Request.Continue(6));
    pod.ask(new Request.Checkpoint(6, NEXT, true));

    assertThat(
            new Waiting("nothing")
                .until(
                    () -> Optional.of(boundary).filter(CompletableFuture::isDone),
                    java.time.Duration.ofMillis(100)))
        .isEmpty();
    end(boundary);
  }

  @Test
  void exitLeavesWithCodeZero() throws Exception {
    var boundary = held(7, 2);

    pod.ask(new Request.Exit());

    assertThat(TestingPod.within20Seconds(boundary))
        .isInstanceOfSatisfying(
            Verdict.Leave.class, leave -> assertThat(leave.why().exitCode()).isZero());
  }

  @Test
  void stopLeavesWithAnotherCodeAndTheReason() throws Exception {
    var boundary = held(7, 2);

    pod.ask(new Request.Stop("fenced"));

    assertThat(TestingPod.within20Seconds(boundary))
        .isEqualTo(new Verdict.Leave(Verdict.Why.STOPPED, "fenced"));
    assertThat(Verdict.Why.STOPPED.exitCode()).isEqualTo(75);
  }

  @Test
  void aNewerRequestForALaterStepEndsTheHoldAndIsObeyedThere() throws Exception {
    var boundary = held(7, 2);

    pod.ask(new Request.Checkpoint(8, new Request.At.Step(4), true));

    assertThat(TestingPod.within20Seconds(boundary)).isEqualTo(new Verdict.TrainOn());
    assertThat(pod.progress().armed()).contains(8L);
    assertThat(pod.step(3)).isEqualTo(new Verdict.TrainOn());
    var second = pod.stepAside(4);
    pod.progressOnce(seen -> seen.held().equals(Optional.of(8L)));
    end(second);
  }

  @Test
  void aNewerRequestForTheHeldStepIsAnsweredByTheCheckpointThatIsThere() throws Exception {
    var boundary = held(7, 2);

    pod.ask(new Request.Checkpoint(8, new Request.At.Step(2), true));

    pod.progressOnce(seen -> seen.held().equals(Optional.of(8L)));
    assertThat(pod.state.snapshots).containsExactly(2L);
    end(boundary);
  }

  @Test
  void aStepThatHasPassedIsMissedAndTrainingGoesOn() {
    pod.step(5);
    pod.ask(new Request.Checkpoint(7, new Request.At.Step(5), true));

    assertThat(pod.step(6)).isEqualTo(new Verdict.TrainOn());

    assertThat(pod.progress().missed()).contains(7L);
    assertThat(pod.state.snapshots).isEmpty();
  }

  @Test
  void aStepAheadIsArmedAtOnceAndSavedThere() throws Exception {
    pod.ask(new Request.Checkpoint(7, new Request.At.Step(4), true));

    pod.step(2);
    assertThat(pod.progress().armed()).contains(7L);
    pod.step(3);
    assertThat(pod.state.snapshots).isEmpty();

    var boundary = pod.stepAside(4);
    pod.progressOnce(seen -> seen.held().equals(Optional.of(7L)));
    end(boundary);
  }

  @Test
  void aSaveThatFailsDoesNotHoldAndSaysWhy() {
    pod.state.failWith("No space left on device");
    pod.ask(new Request.Checkpoint(7, NEXT, true));

    assertThat(pod.step(2)).isEqualTo(new Verdict.TrainOn());

    var failure = pod.progress().failed().orElseThrow();
    assertThat(failure.id()).contains(7L);
    assertThat(failure.message()).contains("Step 2", "No space left on device", "sizeLimit");
    assertThat(pod.directory.checkpoints().root()).isEmptyDirectory();
  }

  @Test
  void aSaveInFlightIsFinishedBeforeTheOneThatIsHeldFor() throws Exception {
    pod.state.block();
    pod.ask(new Request.Checkpoint(6, NEXT, false));
    pod.step(2);
    pod.ask(new Request.Checkpoint(7, NEXT, true));
    var boundary = pod.stepAside(3);

    pod.state.unblock();

    pod.progressOnce(seen -> seen.held().equals(Optional.of(7L)));
    assertThat(pod.savedAt(2).requestId()).contains(6L);
    assertThat(pod.savedAt(3).requestId()).contains(7L);
    end(boundary);
  }

  private CompletableFuture<Verdict> held(long id, long step) {
    pod.ask(new Request.Checkpoint(id, NEXT, true));
    var boundary = pod.stepAside(step);
    pod.progressOnce(seen -> seen.held().equals(Optional.of(id)));
    return boundary;
  }

  private void end(CompletableFuture<Verdict> boundary) throws Exception {
    pod.ask(new Request.Exit());
    TestingPod.within20Seconds(boundary);
  }
}
