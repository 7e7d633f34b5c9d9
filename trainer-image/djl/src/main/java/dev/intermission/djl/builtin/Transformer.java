package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;

/**
 * A decoder of the GPT-2 kind: normalisation before each part, what is added to is never
 * normalised.
 *
 * @see <a
 *     href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">Radford
 *     et al. (2019)</a>
 */
record Transformer(int classes, int context, int layers, int heads, float dropout) {

  Transformer {
    if (layers < 1 || heads < 1 || context < 1)
      throw new IllegalArgumentException("--layers, --heads and --context must be at least 1");
    if (!(dropout >= 0 && dropout < 1))
      throw new IllegalArgumentException("--dropout must be from 0 to less than 1, is " + dropout);
  }

  /** int64[batch, context] to float32[batch * context, classes]. */
  Block over(int width) {
    if (width < heads || width % heads != 0)
      throw new IllegalArgumentException(
          "--width must be a multiple of --heads (%d), is %d".formatted(heads, width));
    var network = new SequentialBlock().add(new Characters(classes, context, width)); // [B, T, W]
    for (var layer = 0; layer < layers; layer++) {
      network.add(new Residual(attention(width))).add(new Residual(perceptron(width)));
    }
    return network
        .add(norm())
        .add(Linear.builder().setUnits(classes).optBias(false).build()) // [B, T, classes]
        .add(output -> new NDList(output.singletonOrThrow().reshape(-1, classes)));
  }

  private Block attention(int width) {
    return new SequentialBlock()
        .add(norm())
        .add(new CausalAttention(width, heads, dropout))
        .add(dropped());
  }

  private Block perceptron(int width) {
    return new SequentialBlock()
        .add(norm())
        .add(Linear.builder().setUnits(4L * width).build())
        .add(Activation::gelu)
        .add(Linear.builder().setUnits(width).build())
        .add(dropped());
  }

  private Block dropped() {
    return Dropout.builder().optRate(dropout).build();
  }

  private static Block norm() {
    return LayerNorm.builder().axis(2).build();
  }
}
