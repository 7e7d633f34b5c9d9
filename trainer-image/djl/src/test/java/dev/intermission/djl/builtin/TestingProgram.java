package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.intermission.djl.program.AdamW;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.Schedule;
import dev.intermission.djl.program.TrainingProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The digits under another name, with the first number that libtorch's generator gives when a batch
 * is asked for on record.
 */
public final class TestingProgram implements TrainingProgram {

  private final TrainingProgram digits = new DigitsProgram();
  private final String dataSet;
  private final List<Float> drawn = new ArrayList<>();
  private UnaryOperator<Schedule> schedule = UnaryOperator.identity();
  private UnaryOperator<AdamW> optimizer = UnaryOperator.identity();

  public TestingProgram(String dataSet) {
    this.dataSet = dataSet;
  }

  /** With a schedule of its own. */
  public TestingProgram withSchedule(UnaryOperator<Schedule> own) {
    schedule = own;
    return this;
  }

  /** With an optimizer of its own. */
  public TestingProgram withOptimizer(UnaryOperator<AdamW> own) {
    optimizer = own;
    return this;
  }

  @Override
  public Schedule schedule(Schedule chosen) {
    return schedule.apply(chosen);
  }

  @Override
  public AdamW optimizer(AdamW chosen) {
    return optimizer.apply(chosen);
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
