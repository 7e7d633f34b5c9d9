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
import java.util.TreeMap;

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

  /** Asked of the learner itself: a part that the saver forgets must not be missing here too. */
  static Digests digestsOf(Learner learner) {
    var weights = new TreeMap<String, Tensor>();
    var moments = new TreeMap<String, Tensor>();
    var network = learner.network().weights();
    network.forEach((name, of) -> weights.put(name, new Tensor(of.shape(), of.view())));
    learner
        .adam()
        .moments()
        .forEach(
            (name, of) -> {
              moments.put(name + ".mean", new Tensor(network.get(name).shape(), of.mean()));
              moments.put(name + ".square", new Tensor(network.get(name).shape(), of.square()));
            });
    return new Digests(Digest.of(weights), Digest.of(moments));
  }
}
