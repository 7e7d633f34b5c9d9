package dev.intermission.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.data.Digits;
import dev.intermission.djl.data.Examples;
import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.EvaluationPlan;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Measure;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.metrics.TestingCurve;
import dev.intermission.djl.state.LearnerCheckpoint;
import dev.intermission.sdk.SessionEnvironment;
import dev.intermission.sdk.SessionOptions;
import dev.intermission.sdk.TrainingSession;
import dev.intermission.sdk.directory.CheckpointDeclaration;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a training ends: early, with what it leaves beside its checkpoints, or not at all. */
class TrainingEndTest {

  private static final long STEPS = 40;
  private static final LoopOptions PLAIN =
      new LoopOptions(5, LoopOptions.Inexact.ALLOWED, Optional.empty(), Optional.empty());

  /** Too high a rate to get better for long. */
  private static final float RATE = 0.05f;

  private static final EvaluationPlan IMPATIENT = new EvaluationPlan(2, Measure.LOSS, 2);

  @TempDir private Path directory;
  @TempDir private Path outside;

  @Test
  void whoseEvaluationsGetNoBetterIsFinishedAndStaysSo() throws IOException {
    assertThat(train(IMPATIENT, PLAIN)).isZero();

    var folders = new SharedDirectory(directory).checkpoints();
    var last = folders.newest().orElseThrow();
    assertThat(last).isLessThan(STEPS);
    assertThat(declaration(last).finished()).isTrue();
    assertThat(train(IMPATIENT, PLAIN)).isZero();
    assertThat(folders.newest()).contains(last);
  }

  @Test
  void theBestWeightsAreExportedAndExportedAgainByWhoFindsTrainingFinished() throws IOException {
    var file = outside.resolve("best.safetensors");
    var exporting =
        new LoopOptions(5, LoopOptions.Inexact.ALLOWED, Optional.empty(), Optional.of(file));
    train(IMPATIENT, exporting);

    var last = new SharedDirectory(directory).checkpoints().newest().orElseThrow();
    var folder = new SharedDirectory(directory).checkpoints().folder(last);
    assertThat(Files.readAllBytes(file))
        .isEqualTo(Files.readAllBytes(folder.resolve("best.safetensors")))
        .isNotEqualTo(Files.readAllBytes(folder.resolve("model.safetensors")));
    var exported = Files.readAllBytes(file);
    Files.delete(file);
    train(IMPATIENT, exporting);
    assertThat(Files.readAllBytes(file)).isEqualTo(exported);
  }

  @Test
  void anExportThatFailsLosesNoStepAndIsAllThatIsDoneAgain() throws IOException {
    var plan = new EvaluationPlan(20, Measure.NONE, 0);
    var folder = Files.createDirectory(outside.resolve("weights.safetensors"));
    Files.createFile(folder.resolve("in the way"));
    var exporting =
        new LoopOptions(5, LoopOptions.Inexact.ALLOWED, Optional.empty(), Optional.of(folder));

    assertThatThrownBy(() -> train(plan, exporting)).isInstanceOf(IOException.class);

    assertThat(new SharedDirectory(directory).checkpoints().newest()).contains(STEPS);
    assertThat(declaration(STEPS).finished()).isFalse();
    Files.delete(folder.resolve("in the way"));
    Files.delete(folder);
    assertThat(train(plan, exporting)).isZero();
    assertThat(folder).isRegularFile();
    assertThat(declaration(STEPS).finished()).isTrue();
  }

  @Test
  void aFolderForCurvesThatCannotBeWrittenEndsNothing() throws IOException {
    var file = Files.createFile(outside.resolve("file"));
    var drawing =
        new LoopOptions(
            1, LoopOptions.Inexact.ALLOWED, Optional.of(file.resolve("curves")), Optional.empty());

    assertThat(train(new EvaluationPlan(20, Measure.NONE, 0), drawing)).isZero();
  }

  @Test
  void aResumeThatIsNotExactIsRefusedWhereItMustBeAndNothingIsTouched() throws IOException {
    var plan = new EvaluationPlan(20, Measure.NONE, 0);
    trainToTheDamage(plan, PLAIN);
    var before = new SharedDirectory(directory).checkpoints().complete().keySet();
    assertThat(before).isNotEmpty();
    var strict =
        new LoopOptions(5, LoopOptions.Inexact.REFUSED, Optional.empty(), Optional.empty());
    var other = new Recipe(new ConstantSchedule(RATE, 0, STEPS), 64, Seeds.from(43), 1);

    assertThat(train(other, new DigitsProgram(), plan, strict)).isEqualTo(78);
    assertThat(new SharedDirectory(directory).checkpoints().complete().keySet()).isEqualTo(before);

    assertThat(train(plan, strict)).as("the same recipe").isZero();
  }

  @Test
  void curvesHaveEachStepOnceAlthoughSomeWereMadeTwice() throws IOException {
    var plan = new EvaluationPlan(10, Measure.NONE, 0);
    var drawing =
        new LoopOptions(1, LoopOptions.Inexact.ALLOWED, Optional.of(outside), Optional.empty());
    trainToTheDamage(plan, drawing);
    assertThat(TestingCurve.steps(outside, "train/loss").getLast())
        .isGreaterThan(new SharedDirectory(directory).checkpoints().newest().orElseThrow());

    train(plan, drawing);

    assertThat(TestingCurve.steps(outside, "train/loss"))
        .isEqualTo(LongStream.rangeClosed(1, STEPS).boxed().toList());
    assertThat(TestingCurve.steps(outside, "validation/accuracy"))
        .containsExactly(10L, 20L, 30L, 40L);
  }

  /** Ends with a loss that is not finite, after which nothing is saved, some steps after step 8. */
  private void trainToTheDamage(EvaluationPlan plan, LoopOptions loop) throws IOException {
    var pixels = Digits.load().training().pixels().clone();
    pixels[700 * Digits.SIDE * Digits.SIDE + 9] = Float.NaN;
    var training = new Examples(pixels, Digits.load().training().labels(), Digits.SIDE);
    var program = new DigitsProgram(new Digits(training, Digits.load().validation()));
    assertThat(train(recipe(), program, plan, loop)).isEqualTo(65);
  }

  private int train(EvaluationPlan plan, LoopOptions loop) throws IOException {
    return train(recipe(), new DigitsProgram(), plan, loop);
  }

  private static Recipe recipe() {
    return new Recipe(new ConstantSchedule(RATE, 0, STEPS), 64, Seeds.from(42), 1);
  }

  private int train(Recipe recipe, DigitsProgram program, EvaluationPlan plan, LoopOptions loop)
      throws IOException {
    var environment = SessionEnvironment.of(Map.of("INTERMISSION_CHECKPOINT_EVERY_STEPS", "4"));
    try (var learner = Learner.create(recipe, program)) {
      var evaluations = new Evaluations(learner, plan);
      var state = new LearnerCheckpoint(learner, evaluations);
      var options = SessionOptions.of(directory, STEPS);
      try (var session = TrainingSession.open(environment, options, state)) {
        return new Training(learner, evaluations, state, session, loop).run();
      }
    }
  }

  private CheckpointDeclaration declaration(long step) {
    var folder = new SharedDirectory(directory).checkpoints().folder(step);
    return SharedDirectory.declaration(folder).read().orElseThrow();
  }
}
