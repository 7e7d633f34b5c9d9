package dev.intermission.djl.program;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import java.util.Map;

/**
 * What is trained: network, data, loss, and what it wants of optimizer and schedule. Everything
 * else (steps, saving, resuming bit by bit) is the trainer's.
 *
 * <p>An implementation has a public constructor without parameters. Fields with picocli's
 * {@code @Option} are settings like the trainer's own: flag, variable, line of the file. They are
 * set before any method is called.
 *
 * <p>For a resume that is exact, every method must be a pure function of those settings: chance
 * comes from libtorch's generator, which is seeded before each step, or from the indices that are
 * asked for.
 */
public interface TrainingProgram {

  /** A network that was never initialised: its first weights follow from the seed. */
  Block network();

  /** The shape of a batch of one, such as {@code (1, 1, 8, 8)}. */
  Shape input();

  /** What training learns from. */
  ExampleSet training();

  /** What nobody learns from, and a report is measured on. */
  ExampleSet validation();

  /**
   * The data and how it is cut, in words: another text on resume is not bit-exact, and is shown. It
   * is asked for once; of data that may change under one name it should have a digest.
   */
  String dataSet();

  /** The mean over a batch; by default softmax cross-entropy over classes. */
  default Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }

  /**
   * The schedule in place of the one that the settings describe; a record shows in a checkpoint.
   */
  default Schedule schedule(Schedule chosen) {
    return chosen;
  }

  /** The optimizer in place of the one that the settings describe. */
  default AdamW optimizer(AdamW chosen) {
    return chosen;
  }

  /** Values for the trainer's own settings where nobody gives one: {@code "batch-size", "16"}. */
  default Map<String, String> defaults() {
    return Map.of();
  }

  /** Settings that decide the bits and that no tensor's shape shows, such as a rate of dropout. */
  default Map<String, String> traits() {
    return Map.of();
  }
}
