package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.intermission.sdk.directory.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeriodicSaveTest {

  @TempDir Path root;
  private TestingPod pod;

  @BeforeEach
  void openAPod() {
    pod = new TestingPod(root);
  }

  @AfterEach
  void closeThePod() {
    pod.close();
  }

  @Test
  void trainingGoesOnWhileTheCopyIsWritten() {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.state.block(); // the disk takes for ever

    for (var step = 1; step <= 9; step++)
      assertThat(pod.step(step)).isEqualTo(new Verdict.TrainOn());

    assertThat(pod.state.snapshots).containsExactly(2L); // one in flight, the others wait
    new Waiting("the writer").until(() -> pod.state.writers.stream().findFirst());
    assertThat(pod.state.writers).doesNotContain(Thread.currentThread());
  }

  @Test
  void savesThatCameDueMeanwhileBecomeOneSaveOfTheNewestStep() {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.state.block();
    for (var step = 1; step <= 7; step++) pod.step(step);

    pod.state.unblock();
    pod.savedAt(2);
    pod.durable(2);
    stepUntilASnapshotIsTaken(8);

    assertThat(pod.state.snapshots)
        .hasSize(2)
        .last()
        .satisfies(step -> assertThat(step).isGreaterThan(7));
  }

  @Test
  void aTornFolderIsNeverSeenAsACheckpoint() {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.state.block();
    pod.step(2);
    new Waiting("the writer").until(() -> pod.state.writers.stream().findFirst());

    assertThat(pod.directory.checkpoints().complete()).isEmpty();
    assertThat(pod.directory.checkpoints().root().resolve("2.tmp")).isDirectory();
    pod.state.unblock();

    assertThat(pod.savedAt(2).digests()).containsEntry("weights", "w2");
  }

  @Test
  void aCheckpointSaysWhatWasMeasuredAtItsStep() {
    var session = pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.step(1);
    session.step(2, Double.NaN, () -> Map.of("loss", 0.25, "perplexity", Double.POSITIVE_INFINITY));
    pod.step(3);

    assertThat(pod.savedAt(2).metrics()).containsExactly(entry("loss", 0.25));
    assertThat(pod.savedAt(2).epoch()).as("JSON has no NaN").isEmpty();
  }

  @Test
  void theNextSaveWaitsUntilTheAgentUploadedTheOneBefore() {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.step(2);
    pod.savedAt(2);

    for (var step = 3; step <= 6; step++) pod.step(step);
    assertThat(pod.state.snapshots).containsExactly(2L);

    pod.durable(2);
    stepUntilASnapshotIsTaken(7);
    assertThat(pod.state.snapshots)
        .hasSize(2)
        .last()
        .satisfies(step -> assertThat(step).isGreaterThanOrEqualTo(7));
  }

  @Test
  void aRequestDoesNotWaitForTheUploadOfAPeriodicSave() {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.step(2);
    pod.savedAt(2);

    pod.ask(new Request.Checkpoint(1, new Request.At.Next(), false));
    stepUntilASnapshotIsTaken(3);

    assertThat(pod.savedAt(pod.state.snapshots.getLast()).requestId()).contains(1L);
  }

  @Test
  void aRankOfAGangSkipsNoSaveButWaitsForTheOneBefore() throws Exception {
    openARankOfTwo();
    for (var step = 1; step <= 3; step++) pod.step(step);

    var boundary = pod.stepAside(4);

    assertThat(boundary).failsWithin(Duration.ofMillis(100));
    assertThat(pod.state.snapshots).containsExactly(2L);
    pod.durable(2);
    TestingPod.within20Seconds(boundary);
    assertThat(pod.state.snapshots).containsExactly(2L, 4L);
    assertThat(pod.savedAt(4).worldSize()).isEqualTo(2);
  }

  @Test
  void aDrainedRankThatIsAskedForALaterStepDoesNotWaitForTheOneItSavedAlone() throws Exception {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "4")
        .with("INTERMISSION_WORLD_SIZE", "2")
        .open();
    pod.step(1);
    pod.ask(new Request.Checkpoint(1, new Request.At.Next(), true)); // its own drain
    var drained = pod.stepAside(2);
    pod.progressOnce(now -> now.held().isPresent());

    pod.ask(new Request.Checkpoint(2, new Request.At.Step(5), true)); // the others are past step 2
    TestingPod.within20Seconds(drained);
    pod.step(3);
    TestingPod.within20Seconds(pod.stepAside(4));
    var common = pod.stepAside(5);
    pod.progressOnce(now -> now.held().filter(id -> id == 2).isPresent());

    assertThat(pod.state.snapshots).containsExactly(2L, 4L, 5L);
    pod.ask(new Request.Exit());
    TestingPod.within20Seconds(common);
  }

  @Test
  void aRankThatWaitsForTheOthersWaitsNoLongerWhenAllAreAskedForAStep() throws Exception {
    openARankOfTwo();
    pod.step(1);
    pod.step(2);
    pod.savedAt(2); // and no agent says that it is durable
    pod.step(3);
    var waiting = pod.stepAside(4);
    pod.ask(new Request.Checkpoint(1, new Request.At.Step(5), true));

    TestingPod.within20Seconds(waiting);
    var common = pod.stepAside(5);
    pod.progressOnce(now -> now.held().filter(id -> id == 1).isPresent());

    assertThat(pod.state.snapshots).containsExactly(2L, 4L, 5L);
    pod.ask(new Request.Exit());
    TestingPod.within20Seconds(common);
  }

  /** The agents let the periodic save go for the one that was asked for, which came to nothing. */
  @Test
  void aRankDoesNotWaitForASaveFromBeforeARequestThatWasTakenBack() throws Exception {
    openARankOfTwo();
    pod.step(1);
    pod.step(2); // and no agent says that it is durable
    pod.ask(new Request.Checkpoint(1, new Request.At.Step(3), true));
    var held = pod.stepAside(3);
    pod.progressOnce(now -> now.held().filter(id -> id == 1).isPresent());
    pod.ask(new Request.Continue(1));
    TestingPod.within20Seconds(held);

    TestingPod.within20Seconds(pod.stepAside(4));

    assertThat(pod.state.snapshots).containsExactly(2L, 3L, 4L);
  }

  /** Another rank is there already, and has let its periodic saves on the way go. */
  @Test
  void aRankDoesNotWaitForASaveOnItsWayToAStepThatIsAskedForNoMore() throws Exception {
    openARankOfTwo();
    pod.step(1);
    pod.ask(new Request.Checkpoint(1, new Request.At.Step(5), true));
    pod.step(2);
    pod.ask(new Request.Continue(1));
    pod.step(3);

    TestingPod.within20Seconds(pod.stepAside(4));

    assertThat(pod.state.snapshots).containsExactly(2L, 4L);
  }

  @Test
  void nothingElseIsKnownOfARequestThatWasOverBeforeThisRankLooked() throws Exception {
    openARankOfTwo();
    pod.step(1);
    pod.step(2);
    pod.ask(new Request.Continue(1, Optional.of(5L)));
    pod.step(3);

    TestingPod.within20Seconds(pod.stepAside(4));

    assertThat(pod.state.snapshots).containsExactly(2L, 4L);
  }

  /** The others hold behind it, and save what this one waits for when the request is over. */
  @Test
  void aRankThatWaitsSaysThatItIsPastWhatIsAskedForAndWaitsOn() throws Exception {
    openARankOfTwo();
    pod.step(1);
    pod.step(2);
    pod.step(3);
    var waiting = pod.stepAside(4);
    pod.ask(new Request.Checkpoint(1, new Request.At.Step(1), true));
    pod.progressOnce(now -> now.missed().filter(id -> id == 1).isPresent());
    pod.ask(new Request.Continue(1, Optional.of(1L)));
    assertThat(pod.state.snapshots).as("of a rank that waits").containsExactly(2L);

    pod.durable(2);

    TestingPod.within20Seconds(waiting);
    assertThat(pod.state.snapshots).containsExactly(2L, 4L);
  }

  /** It saves after every second step. */
  private void openARankOfTwo() {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2")
        .with("INTERMISSION_WORLD_SIZE", "2")
        .open();
  }

  @Test
  void anIntervalIsKeptByTheClock() {
    pod.with("INTERMISSION_CHECKPOINT_INTERVAL_SECONDS", "60").open();
    pod.step(1);
    pod.clock.advance(Duration.ofSeconds(59));
    pod.step(2);
    pod.clock.advance(Duration.ofSeconds(1));
    pod.step(3);

    assertThat(pod.state.snapshots).containsExactly(3L);
  }

  @Test
  void aFullDiskStopsNothingAndIsReported() {
    pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "2").open();
    pod.state.failWith("No space left on device");
    pod.step(2);

    new Waiting("the failure")
        .until(
            () -> {
              assertThat(pod.step(3)).isEqualTo(new Verdict.TrainOn());
              return pod.progress().failed();
            });

    assertThat(pod.progress().failed().orElseThrow().step()).isEqualTo(2);
    assertThat(pod.directory.checkpoints().complete()).isEmpty();
  }

  @Test
  void theFirstStepIsReportedAtOnceAndLaterOnesAFewTimesASecond() {
    pod.open();
    pod.step(1201);
    assertThat(pod.progress().step()).isEqualTo(1201);

    pod.step(1202);
    assertThat(pod.progress().step()).isEqualTo(1201);
    pod.clock.advance(Duration.ofMillis(250));
    pod.step(1203);

    assertThat(pod.progress().step()).isEqualTo(1203);
    assertThat(pod.progress().firstStep()).contains(1201L);
    assertThat(pod.progress().metrics()).containsEntry("loss", 0.5);
  }

  @Test
  void whatAKilledProcessLeftHalfWrittenIsDiscardedAtTheNextStart() throws Exception {
    Files.createDirectories(root.resolve("checkpoints/5.tmp"));

    pod.open();

    assertThat(root.resolve("checkpoints")).isEmptyDirectory();
  }

  private void stepUntilASnapshotIsTaken(long first) {
    var before = pod.state.snapshots.size();
    var step = first;
    while (pod.state.snapshots.size() == before) {
      pod.step(step++);
      Thread.onSpinWait();
    }
  }
}
