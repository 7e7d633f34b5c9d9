package dev.intermission.djl.program;

/**
 * What can be chosen of the optimizer.
 *
 * @param weightDecay share of itself, times the learning rate, that each weight loses in a step,
 *     apart from the gradient's moments; only weights of at least two dimensions, no biases or
 *     scales. 0 is plain Adam
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, Decoupled Weight Decay
 *     Regularization (2019)</a>
 */
public record AdamW(float weightDecay) {

  public static final AdamW WITHOUT_DECAY = new AdamW(0);

  public AdamW {
    if (!(weightDecay >= 0 && weightDecay < Float.POSITIVE_INFINITY))
      throw new IllegalArgumentException("--weight-decay must be 0 or more, is " + weightDecay);
  }
}
