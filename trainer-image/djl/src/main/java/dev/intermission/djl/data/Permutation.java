package dev.intermission.djl.data;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A shuffle that is a pure function of its seed: the same on every machine and every JDK. */
final class Permutation {

  private Permutation() {}

  /** The numbers below {@code count}, shuffled (Fisher and Yates). */
  static int[] of(int count, long seed) {
    var order = IntStream.range(0, count).toArray();
    var random = new SplittableRandom(seed); // its algorithm is specified
    for (var last = count - 1; last > 0; last--) {
      var other = random.nextInt(last + 1);
      var moved = order[last];
      order[last] = order[other];
      order[other] = moved;
    }
    return order;
  }
}
