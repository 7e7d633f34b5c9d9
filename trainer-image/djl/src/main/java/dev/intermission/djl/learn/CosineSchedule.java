package dev.intermission.djl.learn;

import dev.intermission.djl.program.Schedule;

/**
 * The learning rate: rises linearly to {@code peak} during the warm-up, then falls along half a
 * cosine to zero at {@code totalSteps}.
 *
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, SGDR (2017)</a>
 */
public record CosineSchedule(float peak, long warmUpSteps, long totalSteps) implements Schedule {

  public CosineSchedule {
    WarmUp.check(peak, warmUpSteps, totalSteps);
  }

  /**
   * The rate of the step that follows {@code step}; a pure function, so that a resume has nothing
   * to restore but the step.
   */
  @Override
  public float after(long step) {
    if (step < warmUpSteps) return WarmUp.rate(peak, warmUpSteps, step);
    var progress = WarmUp.progressAfter(warmUpSteps, totalSteps, step);
    return (float)
        (peak
            * (1 + StrictMath.cos(Math.PI * progress))
            / 2); // StrictMath: the same bits on every machine
  }
}
