package dev.intermission.djl.learn;

/**
 * Where chance comes from. libtorch's generator is seeded anew before each step from (noise, step),
 * so it carries no state that a checkpoint would have to save: DJL offers no way to read it.
 *
 * @param weights for the first weights
 * @param order for the order of the examples
 * @param noise for dropout
 */
public record Seeds(long weights, long order, long noise) {

  /** Three unrelated seeds from one. */
  public static Seeds from(long seed) {
    return new Seeds(mix(seed), mix(seed + 1), mix(seed + 2));
  }

  /** The seed of everything random in the step that follows {@code step}. */
  long noiseAt(long step) {
    return mix(noise ^ mix(step));
  }

  /** The same for one of the forward passes of that step; the first has the step's own. */
  long noiseAt(long step, int pass) {
    return pass == 0 ? noiseAt(step) : mix(noiseAt(step) + pass);
  }

  /** SplitMix64's finalizer: every bit of the input moves every bit of the output. */
  private static long mix(long value) {
    var mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
