package dev.intermission.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.data.Digits;
import dev.intermission.djl.data.Examples;
import dev.intermission.djl.learn.CosineSchedule;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.state.LearnerCheckpoint;
import dev.intermission.sdk.SessionEnvironment;
import dev.intermission.sdk.SessionOptions;
import dev.intermission.sdk.TrainingSession;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training that fails leaves behind. */
class TrainingRescueTest {

  private static final long STEPS = 40;

  /** An example that the first pass over the data comes to. */
  private static final int DAMAGED = 700;

  private static final Recipe RECIPE =
      new Recipe(new CosineSchedule(0.002f, 10, STEPS), 64, Seeds.from(42), 1);

  @TempDir private Path directory;
  @TempDir private Path straightDirectory;

  @Test
  void theStepsBeforeAFailureAreSavedAndTrainingEndsAsIfItHadNotFailed() throws IOException {
    assertThatThrownBy(() -> train(damaged(labelled(11)), directory))
        .isInstanceOf(RuntimeException.class);

    var folders = new SharedDirectory(directory).checkpoints();
    var saved = folders.newest().orElseThrow();
    assertThat(saved).isPositive();
    assertThat(declaredDigests(directory, saved).get("weights")).isNotNull();
    assertThat(train(Digits.load(), directory)).isZero();
    train(Digits.load(), straightDirectory);
    assertThat(declaredDigests(directory, STEPS))
        .isEqualTo(declaredDigests(straightDirectory, STEPS));
  }

  @Test
  void aStepThatFailsAgainRightAfterTheResumeSavesNothingAnew() throws IOException {
    assertThatThrownBy(() -> train(damaged(labelled(11)), directory));
    var folders = new SharedDirectory(directory).checkpoints();
    var saved = folders.complete().keySet();

    assertThatThrownBy(() -> train(damaged(labelled(11)), directory));

    assertThat(folders.complete().keySet()).isEqualTo(saved);
  }

  @Test
  void aLossThatIsNotFiniteNeverBecomesACheckpoint() throws IOException {
    var pixels = Digits.load().training().pixels().clone();
    pixels[DAMAGED * Digits.SIDE * Digits.SIDE + 9] = Float.NaN;

    var code =
        train(damaged(new Examples(pixels, Digits.load().training().labels(), 8)), directory);

    assertThat(code).isEqualTo(65);
    assertThat(new SharedDirectory(directory).checkpoints().complete()).isEmpty();
  }

  private static int train(Digits digits, Path directory) throws IOException {
    try (var learner = Learner.create(RECIPE, new DigitsProgram(digits))) {
      var evaluations = Evaluations.withoutBest(learner);
      var state = new LearnerCheckpoint(learner, evaluations);
      var options = SessionOptions.of(directory, STEPS);
      var loop =
          new LoopOptions(10, LoopOptions.Inexact.ALLOWED, Optional.empty(), Optional.empty());
      try (var session = TrainingSession.open(SessionEnvironment.of(Map.of()), options, state)) {
        return new Training(learner, evaluations, state, session, loop).run();
      }
    }
  }

  private static Map<String, String> declaredDigests(Path directory, long step) {
    var folder = new SharedDirectory(directory).checkpoints().folder(step);
    return SharedDirectory.declaration(folder).read().orElseThrow().digests();
  }

  private static Digits damaged(Examples training) {
    return new Digits(training, Digits.load().validation());
  }

  private static Examples labelled(int label) {
    var whole = Digits.load().training();
    var labels = whole.labels().clone();
    labels[DAMAGED] = label;
    return new Examples(whole.pixels(), labels, Digits.SIDE);
  }
}
