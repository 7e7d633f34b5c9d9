package dev.intermission.djl.state;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.learn.CosineSchedule;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Short trainings of the real network: {@link #STEPS} steps are nearly three passes over the data,
 * 22 batches each.
 */
final class TestingTrainings {

  static final long STEPS = 60;
  static final Recipe RECIPE =
      new Recipe(new CosineSchedule(0.002f, 10, STEPS), 64, Seeds.from(42), 1);

  private TestingTrainings() {}

  /** Trains from the beginning to {@code step}. */
  static Learner trainedTo(long step) {
    return trainOn(Learner.create(RECIPE, new DigitsProgram()), step);
  }

  static Learner trainOn(Learner learner, long step) {
    while (learner.position().step() < step) learner.step();
    return learner;
  }

  /** Saves a fresh training at {@code step} and ends it. */
  static Path savedAt(long step, Path directory) throws IOException {
    try (var learner = trainedTo(step)) {
      return save(learner, directory);
    }
  }

  static Path save(Learner learner, Path directory) throws IOException {
    new LearnerCheckpoint(learner, Evaluations.withoutBest(learner))
        .snapshot(learner.position().step())
        .write(Files.createDirectories(directory));
    return directory;
  }

  /** Trains to the end from the checkpoint in {@code directory}. */
  static Digests resumedToTheEnd(Recipe recipe, Path directory) throws IOException {
    try (var learner = Learner.create(recipe, new DigitsProgram())) {
      CheckpointFiles.restore(learner, Evaluations.withoutBest(learner), directory);
      return digestsOf(trainOn(learner, STEPS));
    }
  }

  static Digests digestsOf(Learner learner) {
    return LearnerTensors.live(learner).digests();
  }
}
