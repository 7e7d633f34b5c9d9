package dev.intermission.djl.learn;

/**
 * How a step's examples are cut.
 *
 * @param size examples of one forward pass
 * @param accumulated forward passes whose mean gradient makes one step
 */
public record Batching(int size, int accumulated) {

  public Batching {
    if (size < 1) throw new IllegalArgumentException("--batch-size must be at least 1, is " + size);
    if (accumulated < 1)
      throw new IllegalArgumentException("--accumulate must be at least 1, is " + accumulated);
  }

  public int perStep() {
    return Math.multiplyExact(size, accumulated);
  }
}
