package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.intermission.djl.data.Rows;
import dev.intermission.djl.program.ExampleSet;

/**
 * Labelled rows as examples.
 *
 * @param each shape of one example, without the batch: as many numbers as a row has
 */
record RowExamples(Rows rows, Shape each) implements ExampleSet {

  @Override
  public int count() {
    return rows.count();
  }

  @Override
  public Batch batch(NDManager owner, int... indices) {
    return tensors(owner, rows.pick(indices), each);
  }

  /** float32[count, each...], and the classes as float32[count]. */
  static Batch tensors(NDManager owner, Rows rows, Shape each) {
    var labels = new float[rows.count()];
    for (var row = 0; row < labels.length; row++) labels[row] = rows.labels()[row];
    return new Batch(
        new NDList(owner.create(rows.values(), new Shape(rows.count()).addAll(each))),
        new NDList(owner.create(labels, new Shape(labels.length))));
  }
}
