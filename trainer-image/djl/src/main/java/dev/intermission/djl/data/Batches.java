package dev.intermission.djl.data;

import java.util.Arrays;

/**
 * Cuts each pass over the examples into batches. The order of a pass is a pure function of (seed,
 * epoch), so any batch of any epoch is found without replaying the ones before it. What is left
 * over at the end of a pass is left out, so that all batches have one size.
 *
 * <p>For one thread; costs one shuffle per epoch.
 */
public final class Batches {

  private final int count;
  private final int size;
  private final long seed;
  private int[] order = {};
  private long orderOfEpoch = -1;

  public Batches(int count, int size, long seed) {
    if (size < 1 || size > count) {
      throw new IllegalArgumentException(
          "--batch-size must be from 1 to %d, is %d".formatted(count, size));
    }
    this.count = count;
    this.size = size;
    this.seed = seed;
  }

  public int perEpoch() {
    return count / size;
  }

  /** The numbers of the examples of the step that follows {@code position}. */
  public int[] at(Position position) {
    if (orderOfEpoch != position.epoch()) {
      order = Permutation.of(count, seed ^ position.epoch() * 0x9E3779B97F4A7C15L);
      orderOfEpoch = position.epoch();
    }
    return Arrays.copyOfRange(order, position.batch() * size, (position.batch() + 1) * size);
  }
}
