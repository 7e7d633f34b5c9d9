package dev.intermission.djl;

import dev.intermission.djl.learn.CosineSchedule;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.state.LearnerCheckpoint;
import dev.intermission.sdk.LeftEarly;
import dev.intermission.sdk.SessionEnvironment;
import dev.intermission.sdk.SessionOptions;
import dev.intermission.sdk.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The flags, and how the parts are put together. */
@Command(
    name = "djl-trainer",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Trains a convolutional network on handwritten digits; can be paused at any step and"
            + " resumes bit by bit.",
    footer =
        "Checkpoint cadence and directory come from the environment; see docs/trainer-contract.md.")
final class TrainCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

  @Option(
      names = "--steps",
      defaultValue = "3000",
      description = "Optimizer updates until training is finished.")
  private long steps;

  @Option(names = "--batch-size", defaultValue = "64", description = "Images a step.")
  private int batchSize;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.002",
      description = "Peak of the cosine schedule.")
  private float learningRate;

  @Option(
      names = "--warm-up",
      defaultValue = "100",
      description = "Steps until the peak is reached.")
  private long warmUp;

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Decides weights, order and dropout.")
  private long seed;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "libtorch threads; another number gives other bits.")
  private int threads;

  @Option(
      names = "--report-every",
      defaultValue = "100",
      description = "Steps between two lines in the log and two validations.")
  private int reportEvery;

  @Option(
      names = "--directory",
      defaultValue = "intermission",
      description = "Where checkpoints go outside Kubernetes.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    var environment = SessionEnvironment.of(System.getenv());
    var recipe =
        new Recipe(
            new CosineSchedule(learningRate, warmUp, steps), batchSize, Seeds.from(seed), threads);
    try (var learner = Learner.create(recipe)) { // while the agent restores
      var state = new LearnerCheckpoint(learner);
      try (var session =
          TrainingSession.open(environment, SessionOptions.of(directory, steps), state)) {
        return new Training(learner, state, session, reportEvery).run();
      } catch (LeftEarly early) {
        LOG.info(early.getMessage());
        return early.verdict().why().exitCode();
      }
    }
  }
}
