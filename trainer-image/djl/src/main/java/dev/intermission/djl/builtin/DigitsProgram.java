package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.intermission.djl.data.Digits;
import dev.intermission.djl.data.Examples;
import dev.intermission.djl.data.Rows;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;
import java.util.Map;
import picocli.CommandLine.Option;

/** A convolutional network reads handwritten digits. */
public final class DigitsProgram implements TrainingProgram {

  private static final Shape IMAGE = new Shape(1, Digits.SIDE, Digits.SIDE);

  @Option(
      names = "--shift",
      defaultValue = "0",
      description = "Pixels by which each image may be moved any way, anew in each step.")
  private int shift;

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
    return new Shape(1).addAll(IMAGE);
  }

  @Override
  public ExampleSet training() {
    return shift == 0 ? still(digits.training()) : new MovedImages(digits.training(), shift);
  }

  @Override
  public ExampleSet validation() {
    return still(digits.validation());
  }

  @Override
  public String dataSet() {
    return "uci-digits";
  }

  @Override
  public Map<String, String> traits() {
    return shift == 0 ? Map.of() : Map.of("shift", Integer.toString(shift));
  }

  private static ExampleSet still(Examples images) {
    return new RowExamples(Rows.of(images), IMAGE);
  }

  /** Chance comes from libtorch's generator, which is seeded before a batch is asked for. */
  private record MovedImages(Examples images, int most) implements ExampleSet {

    MovedImages {
      if (most < 0 || most >= Digits.SIDE)
        throw new IllegalArgumentException(
            "--shift must be from 0 to %d, is %d".formatted(Digits.SIDE - 1, most));
    }

    @Override
    public int count() {
      return images.count();
    }

    @Override
    public Batch batch(NDManager owner, int... indices) {
      try (var moves =
          owner.randomInteger(-most, most + 1L, new Shape(indices.length, 2), DataType.INT64)) {
        var moved = images.pick(indices).moved(moves.toLongArray());
        return RowExamples.tensors(owner, Rows.of(moved), IMAGE);
      }
    }
  }
}
