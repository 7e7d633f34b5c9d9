package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** Adds what a part makes of its input to that input. */
final class Residual extends AbstractBlock {

  private final Block part;

  Residual(Block part) {
    this.part = addChildBlock("part", part);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    var change = part.forward(store, inputs, training).singletonOrThrow();
    return new NDList(inputs.singletonOrThrow().add(change));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return inputs.clone();
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    part.initialize(manager, type, inputs);
  }
}
