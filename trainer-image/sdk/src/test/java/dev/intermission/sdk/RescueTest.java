package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.sdk.directory.Request;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last boundary of a training that cannot go on. */
class RescueTest {

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
  void theLastBoundaryIsSavedAndWaitedFor() throws Exception {
    var session = pod.open();
    pod.step(6);
    var rescue = CompletableFuture.supplyAsync(() -> session.rescue(6));

    assertThat(pod.savedAt(6).finished()).isFalse();
    assertThat(rescue).isNotDone();
    pod.durable(6);

    assertThat(rescue.get(20, TimeUnit.SECONDS)).isEqualTo(new Rescue.Kept(6));
  }

  @Test
  void aBoundaryThatIsSavedAlreadyIsNotSavedAgain() {
    var session = pod.with("INTERMISSION_CHECKPOINT_EVERY_STEPS", "6").open();
    pod.step(6);
    pod.savedAt(6);
    pod.durable(6);

    assertThat(session.rescue(6)).isEqualTo(new Rescue.Kept(6));
    assertThat(pod.state.snapshots).containsExactly(6L);
  }

  @Test
  void nothingIsSavedWhereNoStepWasMade() {
    pod.restored(Optional.of(7L));
    var resumed = pod.open();
    resumed.resume();

    assertThat(resumed.rescue(7)).isInstanceOf(Rescue.NotKept.class);
    assertThat(pod.state.snapshots).isEmpty();
  }

  @Test
  void nothingIsSavedOfATrainingThatNeverBegan() {
    assertThat(pod.open().rescue(0)).isInstanceOf(Rescue.NotKept.class);
    assertThat(pod.state.snapshots).isEmpty();
  }

  @Test
  void oneRankOfSeveralSavesNothingAlone() {
    var session = pod.with("INTERMISSION_WORLD_SIZE", "2").with("INTERMISSION_RANK", "1").open();
    pod.step(6);

    assertThat(session.rescue(6))
        .isInstanceOfSatisfying(
            Rescue.NotKept.class, it -> assertThat(it.reason()).contains("other ranks"));
    assertThat(pod.state.snapshots).isEmpty();
  }

  @Test
  void aSaveThatFailsIsSaid() {
    var session = pod.open();
    pod.step(6);
    pod.state.failWith("No space left on device");

    assertThat(session.rescue(6))
        .isInstanceOfSatisfying(
            Rescue.NotKept.class, it -> assertThat(it.reason()).contains("No space left"));
    assertThat(pod.progress().failed()).isPresent();
  }

  @Test
  void anUploadThatNeverComesDoesNotHoldTheEndForEver() {
    var session = pod.open();
    pod.step(6);

    assertThat(session.rescue(6))
        .isInstanceOfSatisfying(
            Rescue.NotKept.class,
            it -> assertThat(it.reason()).contains("step 6", "not committed"));
  }

  @Test
  void aPodThatIsFencedDoesNotWait() {
    var session = pod.open();
    pod.step(6);
    pod.ask(new Request.Stop("fenced"));

    assertThat(session.rescue(6))
        .isInstanceOfSatisfying(
            Rescue.NotKept.class, it -> assertThat(it.reason()).contains("fenced"));
  }
}
