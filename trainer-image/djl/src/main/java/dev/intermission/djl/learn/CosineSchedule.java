package dev.intermission.djl.learn;

/**
 * The learning rate: rises linearly to {@code peak} during the warm-up, then falls along half a
 * cosine to zero at {@code totalSteps}.
 *
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, SGDR (2017)</a>
 */
public record CosineSchedule(float peak, long warmUpSteps, long totalSteps) {

  public CosineSchedule {
    if (!(peak > 0))
      throw new IllegalArgumentException("--learning-rate must be positive, is " + peak);
    if (totalSteps < 1)
      throw new IllegalArgumentException("--steps must be at least 1, is " + totalSteps);
    if (warmUpSteps < 0)
      throw new IllegalArgumentException("--warm-up must not be negative, is " + warmUpSteps);
  }

  /**
   * The rate of the step that follows {@code step}; a pure function, so that a resume has nothing
   * to restore but the step.
   */
  public float after(long step) {
    if (step < warmUpSteps) return peak * (step + 1) / warmUpSteps;
    var progress =
        Math.min(1.0, (double) (step - warmUpSteps) / Math.max(1, totalSteps - warmUpSteps));
    return (float)
        (peak
            * (1 + StrictMath.cos(Math.PI * progress))
            / 2); // StrictMath: the same bits on every machine
  }
}
