package dev.intermission.djl.learn;

import java.util.Optional;

/**
 * How the evaluations went so far.
 *
 * @param best the first of the best ones
 * @param withoutBetter evaluations since then
 */
public record Selection(Optional<Evaluation> best, int withoutBetter) {

  /** Before the first evaluation. */
  public static final Selection NONE = new Selection(Optional.empty(), 0);

  public Selection {
    if (withoutBetter < 0)
      throw new IllegalArgumentException("withoutBetter is negative: " + withoutBetter);
  }

  Selection after(Evaluation evaluation, Measure measure) {
    var better =
        measure.accepts(evaluation)
            && best.filter(known -> !measure.prefers(evaluation, known)).isEmpty();
    return better
        ? new Selection(Optional.of(evaluation), 0)
        : new Selection(best, withoutBetter + 1);
  }
}
