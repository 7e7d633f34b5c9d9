package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;

/**
 * Each character and each place has a vector; their sum goes in: int64[B, T] to float32[B, T, W].
 */
final class Characters extends AbstractBlock {

  private static final float SPREAD = 0.02f; // as in GPT-2

  private final int width;
  private final Parameter character;
  private final Parameter place;

  Characters(int classes, int context, int width) {
    this.width = width;
    character = addParameter(table("character", classes));
    place = addParameter(table("place", context));
  }

  private Parameter table(String name, int rows) {
    return Parameter.builder()
        .setName(name)
        .setType(Parameter.Type.WEIGHT)
        .optShape(new Shape(rows, width))
        .optInitializer(new NormalInitializer(SPREAD))
        .build();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    var numbers = inputs.singletonOrThrow();
    var device = numbers.getDevice();
    var vectors =
        Embedding.embedding(
                numbers, store.getValue(character, device, training), SparseFormat.DENSE)
            .singletonOrThrow(); // [B, T, W]
    return new NDList(vectors.add(store.getValue(place, device, training)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {inputs[0].add(width)};
  }
}
