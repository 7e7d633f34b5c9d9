package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Attention of several heads in which no place looks at a later one.
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al. (2017)</a>
 */
final class CausalAttention extends AbstractBlock {

  private final int heads;
  private final Block dropout;
  private final Block threefold;
  private final Block output;

  CausalAttention(int width, int heads, float dropout) {
    this.heads = heads;
    threefold = addChildBlock("threefold", Linear.builder().setUnits(3L * width).build());
    output = addChildBlock("output", Linear.builder().setUnits(width).build());
    this.dropout = addChildBlock("dropout", Dropout.builder().optRate(dropout).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    var input = inputs.singletonOrThrow();
    var length = input.getShape().get(1);
    var width = input.getShape().get(2);
    var parts = threefold.forward(store, inputs, training).singletonOrThrow().split(3, 2);
    var query = byHead(parts.get(0)); // [B, H, T, W / H]
    var key = byHead(parts.get(1));
    var value = byHead(parts.get(2));
    var scores = query.matMul(key.transpose(0, 1, 3, 2)); // [B, H, T, T]
    // A tensor of the batch's: of div(Number) DJL frees the operand, and backward still reads it
    var scale = input.getManager().create((float) Math.sqrt((double) width / heads));
    var masked = scores.div(scale).add(past(input, (int) length));
    var shares = dropout.forward(store, new NDList(masked.softmax(-1)), training);
    var mixed = shares.singletonOrThrow().matMul(value).transpose(0, 2, 1, 3); // [B, T, H, W / H]
    return output.forward(store, new NDList(mixed.reshape(-1, length, width)), training);
  }

  private NDArray byHead(NDArray part) {
    var shape = part.getShape();
    return part.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
        .transpose(0, 2, 1, 3);
  }

  /** 0 for what came before, minus infinity for what is still to come: [T, T]. */
  private static NDArray past(NDArray beside, int length) {
    var mask = new float[length * length];
    for (var from = 0; from < length; from++) {
      for (var to = from + 1; to < length; to++) mask[from * length + to] = Float.NEGATIVE_INFINITY;
    }
    return beside.getManager().create(mask, new Shape(length, length));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return inputs.clone();
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    threefold.initialize(manager, type, inputs);
    output.initialize(manager, type, inputs);
    dropout.initialize(manager, type, inputs);
  }
}
