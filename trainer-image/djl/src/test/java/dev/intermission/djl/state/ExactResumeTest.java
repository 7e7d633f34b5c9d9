package dev.intermission.djl.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.builtin.TestingProgram;
import dev.intermission.djl.learn.Batching;
import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.CosineSchedule;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.LinearSchedule;
import dev.intermission.djl.learn.NotFinite;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.program.AdamW;
import dev.intermission.djl.program.TrainingProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A training that was saved and resumed ends with the bits of one that never stopped; every part of
 * its state is needed for that.
 */
class ExactResumeTest {

  private static final long MIDDLE = 37; // in the second pass over the data
  private static Digests straight;
  @TempDir private static Path middle;
  @TempDir private Path directory;

  @BeforeAll
  static void trainWithoutAStop() throws IOException {
    try (var learner = TestingTrainings.trainedTo(TestingTrainings.STEPS)) {
      straight = TestingTrainings.digestsOf(learner);
    }
    TestingTrainings.savedAt(MIDDLE, middle);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 21, 22, 23, 50})
  void resumingAtAnyStepEndsWithTheSameBits(long step) throws IOException {
    TestingTrainings.savedAt(step, directory);

    assertThat(TestingTrainings.resumedToTheEnd(TestingTrainings.RECIPE, directory))
        .isEqualTo(straight);
  }

  @Test
  void resumingTwiceEndsWithTheSameBits() throws IOException {
    try (var learner = Learner.create(TestingTrainings.RECIPE, new DigitsProgram())) {
      CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), middle);
      TestingTrainings.save(TestingTrainings.trainOn(learner, 48), directory);
    }

    assertThat(TestingTrainings.resumedToTheEnd(TestingTrainings.RECIPE, directory))
        .isEqualTo(straight);
  }

  @Test
  void validatingMoreOftenChangesNothing() {
    try (var learner = TestingTrainings.trainedTo(MIDDLE)) {
      learner.validate();

      assertThat(
              TestingTrainings.digestsOf(TestingTrainings.trainOn(learner, TestingTrainings.STEPS)))
          .isEqualTo(straight);
    }
  }

  @Test
  void theFilesHoldTheStateOfTheBoundaryEvenIfTheyAreWrittenStepsLater() throws IOException {
    try (var learner = TestingTrainings.trainedTo(MIDDLE)) {
      var snapshot =
          new LearnerCheckpoint(learner, Evaluations.withoutBest(learner)).snapshot(MIDDLE);
      TestingTrainings.trainOn(learner, MIDDLE + 3); // training does not wait for the disk
      var contents = snapshot.write(directory);

      assertThat(contents.digests()).isEqualTo(new LearnerFolder(middle).digests().bySubject());
      assertThat(TestingTrainings.resumedToTheEnd(TestingTrainings.RECIPE, directory))
          .isEqualTo(straight);
    }
  }

  @Test
  void aLostUpdateCounterIsNoticedInTheBits() throws IOException {
    edit("\"updates\" : 37", "\"updates\" : 0");

    assertThat(TestingTrainings.resumedToTheEnd(TestingTrainings.RECIPE, directory))
        .isNotEqualTo(straight);
  }

  @Test
  void aLostDataPositionIsNoticedInTheBits() throws IOException {
    edit("\"batch\" : 15", "\"batch\" : 0");

    assertThat(TestingTrainings.resumedToTheEnd(TestingTrainings.RECIPE, directory))
        .isNotEqualTo(straight);
  }

  @Test
  void otherDropoutIsNoticedInTheBitsAndSaid() throws IOException {
    var seeds = TestingTrainings.RECIPE.seeds();
    var other = new Seeds(seeds.weights(), seeds.order(), seeds.noise() + 1);
    var recipe =
        new Recipe(
            TestingTrainings.RECIPE.schedule(),
            TestingTrainings.RECIPE.batching().size(),
            other,
            1);

    assertThat(TestingTrainings.resumedToTheEnd(recipe, middle)).isNotEqualTo(straight);
    assertThat(verdictOf(recipe)).startsWith("not bit-exact: seeds");
  }

  @ParameterizedTest
  @ValueSource(strings = {CheckpointFiles.MODEL, CheckpointFiles.OPTIMIZER})
  void oneChangedBitOfATensorIsNoticedInTheBits(String file) throws IOException {
    copyOfMiddle();
    var bytes = Files.readAllBytes(directory.resolve(file));
    bytes[bytes.length - 2] ^= 1;
    Files.write(directory.resolve(file), bytes);

    assertThat(TestingTrainings.resumedToTheEnd(TestingTrainings.RECIPE, directory))
        .isNotEqualTo(straight);
  }

  @Test
  void aCounterThatIsMissingIsNotTakenForZero() throws IOException {
    edit("\"updates\" : 37", "\"other\" : 37");

    assertThatThrownBy(() -> TestingTrainings.resumedToTheEnd(TestingTrainings.RECIPE, directory))
        .hasMessageContaining("updates");
  }

  @Test
  void theSameEnvironmentIsCalledExact() throws IOException {
    assertThat(verdictOf(TestingTrainings.RECIPE)).isEqualTo("exact");
  }

  @Test
  void anotherThreadCountIsSaid() throws IOException {
    var recipe = TestingTrainings.RECIPE;
    var threaded = new Recipe(recipe.schedule(), recipe.batching().size(), recipe.seeds(), 2);

    assertThat(verdictOf(threaded)).isEqualTo("not bit-exact: threads 1 -> 2");
  }

  @Test
  void anotherScheduleAccumulationOrDecayIsSaid() throws IOException {
    var recipe = TestingTrainings.RECIPE;
    var other =
        new Recipe(
            new LinearSchedule(0.002f, 10, TestingTrainings.STEPS),
            new AdamW(0.1f),
            new Batching(32, 2),
            recipe.seeds(),
            1);

    assertThat(verdictOf(other))
        .contains("schedule", "\"kind\":\"linear\"", "accumulated unknown -> 2")
        .contains("weightDecay unknown -> 0.1")
        .doesNotContain("batchSize");
  }

  @Test
  void otherDataAndAnotherBatchSizeAreSaid() throws IOException {
    var recipe = TestingTrainings.RECIPE;
    var smaller = new Recipe(recipe.schedule(), 32, recipe.seeds(), 1);

    assertThat(verdictOf(smaller, new TestingProgram("digits of 2026")))
        .isEqualTo("not bit-exact: batchSize 64 -> 32, data uci-digits -> digits of 2026");
  }

  @Test
  void noScheduleIsTakenForAnotherOfTheSameNumbers() {
    var files =
        Stream.of(
                new CosineSchedule(0.002f, 10, 60),
                new LinearSchedule(0.002f, 10, 60),
                new ConstantSchedule(0.002f, 10, 60))
            .map(CheckpointFiles::tree);

    assertThat(files).doesNotHaveDuplicates();
  }

  @Test
  void whatAFailedUpdateLeftIsNeverCopied() {
    try (var learner = Learner.create(TestingTrainings.RECIPE, new DigitsProgram())) {
      learner.step();
      var state = new LearnerCheckpoint(learner, Evaluations.withoutBest(learner));
      learner.adam().moments().values().iterator().next().square().putFloat(8, Float.NaN);
      assertThatThrownBy(learner::step).isInstanceOf(NotFinite.class);

      assertThatThrownBy(() -> state.snapshot(1)).hasMessageContaining("Nothing was saved");
    }
  }

  private static String verdictOf(Recipe recipe) throws IOException {
    return verdictOf(recipe, new DigitsProgram());
  }

  private static String verdictOf(Recipe recipe, TrainingProgram program) throws IOException {
    try (var learner = Learner.create(recipe, program)) {
      return CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), middle);
    }
  }

  private void edit(String from, String to) throws IOException {
    copyOfMiddle();
    var state = Files.readString(directory.resolve(CheckpointFiles.STATE));
    assertThat(state).contains(from);
    Files.writeString(directory.resolve(CheckpointFiles.STATE), state.replace(from, to));
  }

  private void copyOfMiddle() throws IOException {
    try (var files = Files.list(middle)) {
      for (var file : files.toList()) Files.copy(file, directory.resolve(file.getFileName()));
    }
  }

  /** Digests as the files give them. */
  private record LearnerFolder(Path folder) {
    Digests digests() throws IOException {
      try (var learner = Learner.create(TestingTrainings.RECIPE, new DigitsProgram())) {
        CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), folder);
        return TestingTrainings.digestsOf(learner);
      }
    }
  }
}
