package dev.intermission.djl.builtin;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;

/**
 * A small convolutional network: three convolutions with batch normalisation, two dropouts, two
 * dense layers.
 */
final class DigitsNetwork {

  private DigitsNetwork() {}

  static Block build(int classes) {
    return new SequentialBlock() // float32[batch, 1, 8, 8]
        .addAll(convolution(32)) // [batch, 32, 8, 8]
        .addAll(convolution(64)) // [batch, 64, 8, 8]
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2))) // [batch, 64, 4, 4]
        .addAll(convolution(128)) // [batch, 128, 4, 4]
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2))) // [batch, 128, 2, 2]
        .add(Blocks.batchFlattenBlock()) // [batch, 512]
        .add(Dropout.builder().optRate(0.3f).build())
        .add(Linear.builder().setUnits(128).build()) // [batch, 128]
        .add(Activation::relu)
        .add(Dropout.builder().optRate(0.3f).build())
        .add(Linear.builder().setUnits(classes).build()); // [batch, classes]
  }

  private static Block[] convolution(int filters) {
    return new Block[] {
      Conv2d.builder()
          .setKernelShape(new Shape(3, 3))
          .optPadding(new Shape(1, 1))
          .optBias(false)
          .setFilters(filters)
          .build(),
      BatchNorm.builder().build(),
      Activation.reluBlock()
    };
  }
}
