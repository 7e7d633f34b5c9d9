package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * The digits under another name, with the first number that libtorch's generator gives when a batch
 * is asked for on record.
 */
public final class TestingProgram implements TrainingProgram {

  private final TrainingProgram digits = new DigitsProgram();
  private final String dataSet;
  private final List<Float> drawn = new ArrayList<>();

  public TestingProgram(String dataSet) {
    this.dataSet = dataSet;
  }

  /** One number for each forward pass of the training. */
  public List<Float> drawn() {
    return List.copyOf(drawn);
  }

  @Override
  public Block network() {
    return digits.network();
  }

  @Override
  public Shape input() {
    return digits.input();
  }

  @Override
  public ExampleSet training() {
    var set = digits.training();
    return new ExampleSet() {
      @Override
      public int count() {
        return set.count();
      }

      @Override
      public Batch batch(NDManager owner, int... indices) {
        drawn.add(owner.randomUniform(0, 1, new Shape(1)).getFloat());
        return set.batch(owner, indices);
      }
    };
  }

  @Override
  public ExampleSet validation() {
    return digits.validation();
  }

  @Override
  public String dataSet() {
    return dataSet;
  }
}
