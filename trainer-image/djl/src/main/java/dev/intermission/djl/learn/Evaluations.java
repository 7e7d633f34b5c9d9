package dev.intermission.djl.learn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Measures the weights of a learner now and then, and keeps a copy of the best ones: as many bytes
 * as the weights, none where no best is asked for. For the training thread.
 */
public final class Evaluations {

  private final Learner learner;
  private final EvaluationPlan plan;
  private final Map<String, ByteBuffer> kept = new TreeMap<>();
  private Selection selection = Selection.NONE;

  public Evaluations(Learner learner, EvaluationPlan plan) {
    this.learner = learner;
    this.plan = plan;
    if (plan.best() == Measure.NONE) return;
    learner
        .network()
        .weights()
        .forEach(
            (name, weights) ->
                kept.put(
                    name,
                    ByteBuffer.allocateDirect(weights.view().capacity())
                        .order(ByteOrder.nativeOrder())));
  }

  /** Evaluations that keep nothing and end nothing. */
  public static Evaluations withoutBest(Learner learner) {
    return new Evaluations(learner, new EvaluationPlan(1, Measure.NONE, 0));
  }

  /** The evaluation of this step, if it has one. */
  public Optional<Evaluation> afterStep() {
    var step = learner.position().step();
    var due = step % plan.everySteps() == 0 || step >= learner.recipe().schedule().totalSteps();
    return due ? Optional.of(evaluate()) : Optional.empty();
  }

  private Evaluation evaluate() {
    var evaluation = learner.validate();
    selection = selection.after(evaluation, plan.best());
    if (selection.best().equals(Optional.of(evaluation))) keep();
    return evaluation;
  }

  private void keep() {
    learner
        .network()
        .weights()
        .forEach((name, weights) -> kept.get(name).clear().put(weights.view().duplicate().clear()));
  }

  /** Whether the patience is over: no step follows. */
  public boolean areExhausted() {
    return plan.patience() > 0 && selection.withoutBetter() >= plan.patience();
  }

  public EvaluationPlan plan() {
    return plan;
  }

  public Selection selection() {
    return selection;
  }

  /**
   * The memory of the best weights by name, meaningful once the selection has a best one: what is
   * written into it is what is kept. Empty where no best is asked for.
   */
  public Map<String, ByteBuffer> kept() {
    return Collections.unmodifiableMap(kept);
  }

  /** Continues from here; the weights of its best are set through {@link #kept}. */
  public void restore(Selection restored) {
    selection = restored;
  }
}
