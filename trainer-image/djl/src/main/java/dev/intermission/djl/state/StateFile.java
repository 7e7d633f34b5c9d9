package dev.intermission.djl.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.intermission.djl.data.Position;
import dev.intermission.djl.learn.Adam;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Seeds;
import java.util.Map;

/** {@code state.json}: all of a training that is not a tensor, for people to read. */
record StateFile(
    Position position,
    Data data,
    JsonNode schedule,
    OptimizerState optimizer,
    Rng rng,
    Map<String, Double> metrics) {

  /** How the examples are cut and ordered; a batch is what one step learns from. */
  record Data(String set, int batchSize, int batchesPerEpoch) {}

  /** The optimizer's counter and constants; its moments are tensors. */
  record OptimizerState(String id, long updates, float beta1, float beta2, float epsilon) {}

  /** The generator is seeded anew at each step, so the seeds are all there is. */
  record Rng(String policy, Seeds seeds) {}

  private static final String POLICY = "libtorch is seeded before each step by mix(noise, step)";

  /** What the next step changes: read at the boundary, in no time. */
  record Boundary(Position position, long updates, Learner.Report report) {
    static Boundary of(Learner learner) {
      return new Boundary(learner.position(), learner.adam().updates(), learner.report());
    }
  }

  static StateFile of(Learner learner) {
    return at(Boundary.of(learner), learner);
  }

  /** As the learner was at {@code boundary}; it may have gone on since. */
  static StateFile at(Boundary boundary, Learner learner) {
    var recipe = learner.recipe();
    var report = boundary.report();
    return new StateFile(
        boundary.position(),
        new Data(learner.dataSet(), recipe.batching().perStep(), learner.batchesPerEpoch()),
        CheckpointFiles.tree(recipe.schedule()),
        new OptimizerState(Adam.ID, boundary.updates(), Adam.BETA1, Adam.BETA2, Adam.EPSILON),
        new Rng(POLICY, recipe.seeds()),
        Map.of(
            "loss",
            (double) report.loss(),
            "accuracy",
            report.accuracy(),
            "learningRate",
            (double) report.learningRate()));
  }
}
