package dev.intermission.djl.program;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Examples that are found by their number, each the same whenever it is asked for. Where chance
 * changes one, it comes from libtorch's generator alone: that is seeded before each batch.
 */
public interface ExampleSet {

  /** How many there are; their numbers begin at 0. */
  int count();

  /** The examples at {@code indices}, in that order, as tensors that {@code owner} closes. */
  Batch batch(NDManager owner, int... indices);

  /**
   * Examples and what the network should make of them.
   *
   * @param labels the class of each row of the network's output
   */
  record Batch(NDList inputs, NDList labels) {}
}
