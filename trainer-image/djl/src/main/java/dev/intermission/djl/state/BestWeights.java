package dev.intermission.djl.state;

import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Measure;
import dev.intermission.djl.learn.Selection;
import dev.intermission.sdk.SnapshotBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The best weights in a checkpoint: {@code evaluations.json} says which they are, {@code
 * best.safetensors} holds them. Without them a checkpoint is what it was before they could be kept.
 */
final class BestWeights {

  private final Learner learner;
  private final Evaluations evaluations;
  private final SnapshotBuffers buffers;
  private Selection copied = Selection.NONE;

  BestWeights(Learner learner, Evaluations evaluations) {
    this.learner = learner;
    this.evaluations = evaluations;
    buffers = SnapshotBuffers.reserve(evaluations.kept(), learner.crew());
  }

  /** What the files of one checkpoint will say; written while training goes on. */
  record Chosen(Selection selection, SortedMap<String, Tensor> weights) {
    void write(Path directory) throws IOException {
      if (weights.isEmpty()) return;
      CheckpointFiles.writeJson(
          directory.resolve(CheckpointFiles.EVALUATIONS), EvaluationsFile.of(selection));
      if (selection.best().isPresent())
        SafeTensors.write(directory.resolve(CheckpointFiles.BEST), weights);
    }
  }

  /** Copies them if they are others than at the snapshot before. */
  Chosen snapshot() {
    var selection = evaluations.selection();
    if (!selection.best().equals(copied.best())) buffers.copy(evaluations.kept());
    copied = selection;
    return new Chosen(selection, tensors(learner, buffers.copies()));
  }

  /** The best weights themselves; {@code otherwise} where there are none. */
  SortedMap<String, Tensor> orElse(SortedMap<String, Tensor> otherwise) {
    return evaluations.selection().best().isPresent()
        ? tensors(learner, evaluations.kept())
        : otherwise;
  }

  /** Sets what a checkpoint has of them; where it has none the choice begins anew. */
  static void restore(Learner learner, Evaluations evaluations, Path directory) throws IOException {
    var file = directory.resolve(CheckpointFiles.EVALUATIONS);
    if (evaluations.plan().best() == Measure.NONE || Files.notExists(file)) return;
    var selection = EvaluationsFile.read(file).selection();
    if (selection.best().isPresent())
      SafeTensors.readInto(
          tensors(learner, evaluations.kept()), directory.resolve(CheckpointFiles.BEST));
    evaluations.restore(selection);
  }

  private static SortedMap<String, Tensor> tensors(
      Learner learner, Map<String, ByteBuffer> buffers) {
    var tensors = new TreeMap<String, Tensor>();
    buffers.forEach(
        (name, buffer) ->
            tensors.put(name, new Tensor(learner.network().weights().get(name).shape(), buffer)));
    return tensors;
  }
}
