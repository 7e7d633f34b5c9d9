package dev.intermission.djl.learn;

/** What the schedules have in common: a linear rise to the peak. */
final class WarmUp {

  private WarmUp() {}

  static void check(float peak, long warmUpSteps, long totalSteps) {
    if (!(peak > 0))
      throw new IllegalArgumentException("--learning-rate must be positive, is " + peak);
    if (totalSteps < 1)
      throw new IllegalArgumentException("--steps must be at least 1, is " + totalSteps);
    if (warmUpSteps < 0)
      throw new IllegalArgumentException("--warm-up must not be negative, is " + warmUpSteps);
  }

  static float rate(float peak, long warmUpSteps, long step) {
    return peak * (step + 1) / warmUpSteps;
  }

  /** From 0 at the end of the warm-up to 1 at the end of training. */
  static double progressAfter(long warmUpSteps, long totalSteps, long step) {
    return Math.min(1.0, (double) (step - warmUpSteps) / Math.max(1, totalSteps - warmUpSteps));
  }
}
