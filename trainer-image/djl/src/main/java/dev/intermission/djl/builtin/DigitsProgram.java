package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.intermission.djl.data.Digits;
import dev.intermission.djl.data.Examples;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;

/** A convolutional network reads handwritten digits. */
public final class DigitsProgram implements TrainingProgram {

  private final Digits digits;

  public DigitsProgram() {
    this(Digits.load());
  }

  /** The same on other images of that size. */
  public DigitsProgram(Digits digits) {
    this.digits = digits;
  }

  @Override
  public Block network() {
    return DigitsNetwork.build(Digits.CLASSES);
  }

  @Override
  public Shape input() {
    return new Shape(1, 1, Digits.SIDE, Digits.SIDE);
  }

  @Override
  public ExampleSet training() {
    return new Images(digits.training());
  }

  @Override
  public ExampleSet validation() {
    return new Images(digits.validation());
  }

  @Override
  public String dataSet() {
    return "uci-digits";
  }

  private record Images(Examples all) implements ExampleSet {

    @Override
    public int count() {
      return all.count();
    }

    @Override
    public Batch batch(NDManager owner, int... indices) {
      var picked = all.pick(indices);
      var shape = new Shape(picked.count(), 1, picked.side(), picked.side());
      var labels = new float[picked.count()];
      for (var row = 0; row < labels.length; row++) labels[row] = picked.labels()[row];
      return new Batch(
          new NDList(owner.create(picked.pixels(), shape)),
          new NDList(owner.create(labels, new Shape(labels.length))));
    }
  }
}
