package dev.intermission.djl.learn;

import java.util.Map;

/**
 * When weights are measured, by what the best are chosen, and when training is given up.
 *
 * @param everySteps steps between two evaluations; the last step has one in any case
 * @param patience evaluations without a better one after which training is finished; 0: never
 */
public record EvaluationPlan(int everySteps, Measure best, int patience) {

  public EvaluationPlan {
    if (everySteps < 1)
      throw new IllegalArgumentException("--evaluate-every must be at least 1, is " + everySteps);
    if (patience < 0)
      throw new IllegalArgumentException("--patience must not be negative, is " + patience);
    if (patience > 0 && best == Measure.NONE)
      throw new IllegalArgumentException(
          "--patience %d waits for something better: say what that is by --best loss or --best accuracy"
              .formatted(patience));
  }

  /** What decides which weights are the best, and the last step. */
  public Map<String, String> traits() {
    if (best == Measure.NONE) return Map.of();
    var traits = "by %s, each %d steps".formatted(best, everySteps);
    return Map.of("best", patience == 0 ? traits : traits + ", patience " + patience);
  }
}
