package dev.intermission.djl.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.djl.builtin.TestingText;
import dev.intermission.djl.learn.Batching;
import dev.intermission.djl.learn.ConstantSchedule;
import dev.intermission.djl.learn.EvaluationPlan;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Measure;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.learn.Selection;
import dev.intermission.djl.program.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The best weights, and when to give up, are those of a training that never stopped. */
class BestWeightsTest {

  private static final long STEPS = 20;
  private static final int PATIENCE = 4;
  private static final EvaluationPlan PLAN = new EvaluationPlan(1, Measure.LOSS, PATIENCE);

  /** A rate so high that training makes things worse after its third step. */
  private static final Recipe STUMBLING = recipe(0.2f);

  private static final Recipe LEARNING = recipe(0.05f);

  @TempDir private Path directory;

  /** What a training ends with. */
  private record End(long step, Selection selection, String best) {}

  @Test
  void aResumeFromAnyBoundaryKeepsTheBestAndGivesUpAtTheSameStep() throws IOException {
    var straight = straight();
    assertThat(straight.step()).as("gave up").isLessThan(STEPS);
    assertThat(straight.selection().withoutBetter()).isEqualTo(PATIENCE);
    assertThat(straight.selection().best().orElseThrow().step())
        .isEqualTo(straight.step() - PATIENCE)
        .isGreaterThan(1);

    for (var step = 0L; step <= straight.step(); step++) {
      try (var learner = Learner.create(STUMBLING, TestingText.program())) {
        var evaluations = new Evaluations(learner, PLAN);
        var verdict =
            CheckpointFiles.restore(learner, evaluations, directory.resolve(Long.toString(step)));

        assertThat(verdict).isEqualTo("exact");
        assertThat(trained(learner, evaluations)).as("from %d", step).isEqualTo(straight);
      }
    }
  }

  /** Training goes on while the files are written, and may find something better meanwhile. */
  @Test
  void theFilesHoldTheBestOfTheirBoundaryEvenIfTheyAreWrittenLater() throws IOException {
    try (var learner = Learner.create(LEARNING, TestingText.program())) {
      var evaluations = new Evaluations(learner, PLAN);
      learner.step();
      learner.step();
      learner.step();
      evaluations.afterStep();
      var first = evaluations.selection();
      var weights = digest(learner, evaluations);
      var snapshot = new LearnerCheckpoint(learner, evaluations).snapshot(3);
      trained(learner, evaluations);
      assertThat(evaluations.selection().best()).isNotEqualTo(first.best());
      snapshot.write(directory);

      CheckpointFiles.restore(learner, evaluations, directory);

      assertThat(evaluations.selection()).isEqualTo(first);
      assertThat(digest(learner, evaluations)).isEqualTo(weights);
    }
  }

  @Test
  void theExportIsTheBestAndWithoutOneTheNewest() throws IOException {
    try (var learner = Learner.create(STUMBLING, TestingText.program())) {
      var evaluations = new Evaluations(learner, PLAN);
      var state = new LearnerCheckpoint(learner, evaluations);
      var file = directory.resolve("out/weights.safetensors");
      state.export(file);
      assertThat(Files.readAllBytes(file)).isEqualTo(model(state, 0));

      trained(learner, evaluations);
      state.export(file);

      assertThat(Files.readAllBytes(file))
          .isEqualTo(Files.readAllBytes(saved(state, learner).resolve(CheckpointFiles.BEST)))
          .isNotEqualTo(model(state, learner.position().step()));
      try (var files = Files.list(file.getParent())) {
        assertThat(files).containsExactly(file);
      }
    }
  }

  @Test
  void anotherPlanIsSaidAndACheckpointWithoutTheBestBeginsTheChoiceAnew() throws IOException {
    try (var learner = Learner.create(STUMBLING, TestingText.program())) {
      saved(new LearnerCheckpoint(learner, Evaluations.withoutBest(learner)), learner);
      var evaluations = new Evaluations(learner, PLAN);

      var verdict = CheckpointFiles.restore(learner, evaluations, directory.resolve("saved-0"));

      assertThat(verdict)
          .isEqualTo("not bit-exact: best unknown -> by loss, each 1 steps, patience 4");
      assertThat(evaluations.selection()).isEqualTo(Selection.NONE);
      assertThat(directory.resolve("saved-0").resolve(CheckpointFiles.EVALUATIONS)).doesNotExist();
    }
  }

  private static Recipe recipe(float rate) {
    return new Recipe(
        new ConstantSchedule(rate, 0, STEPS),
        AdamW.WITHOUT_DECAY,
        new Batching(8, 1),
        Seeds.from(42),
        1);
  }

  private End straight() throws IOException {
    try (var learner = Learner.create(STUMBLING, TestingText.program())) {
      var evaluations = new Evaluations(learner, PLAN);
      var state = new LearnerCheckpoint(learner, evaluations);
      state.snapshot(0).write(Files.createDirectory(directory.resolve("0")));
      while (!isOver(learner, evaluations)) {
        learner.step();
        evaluations.afterStep();
        var step = learner.position().step();
        state.snapshot(step).write(Files.createDirectory(directory.resolve(Long.toString(step))));
      }
      return end(learner, evaluations);
    }
  }

  private static End trained(Learner learner, Evaluations evaluations) {
    while (!isOver(learner, evaluations)) {
      learner.step();
      evaluations.afterStep();
    }
    return end(learner, evaluations);
  }

  private static boolean isOver(Learner learner, Evaluations evaluations) {
    return learner.position().step() >= STEPS || evaluations.areExhausted();
  }

  private static End end(Learner learner, Evaluations evaluations) {
    return new End(
        learner.position().step(), evaluations.selection(), digest(learner, evaluations));
  }

  private static String digest(Learner learner, Evaluations evaluations) {
    var tensors = new TreeMap<String, Tensor>();
    evaluations
        .kept()
        .forEach(
            (name, data) ->
                tensors.put(name, new Tensor(learner.network().weights().get(name).shape(), data)));
    return Digest.of(tensors);
  }

  private Path saved(LearnerCheckpoint state, Learner learner) throws IOException {
    var step = learner.position().step();
    var folder = directory.resolve("saved-" + step);
    if (Files.notExists(folder)) state.snapshot(step).write(Files.createDirectory(folder));
    return folder;
  }

  private byte[] model(LearnerCheckpoint state, long step) throws IOException {
    var folder = directory.resolve("saved-" + step);
    if (Files.notExists(folder)) state.snapshot(step).write(Files.createDirectory(folder));
    return Files.readAllBytes(folder.resolve(CheckpointFiles.MODEL));
  }
}
