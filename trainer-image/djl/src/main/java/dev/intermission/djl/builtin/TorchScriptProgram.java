package dev.intermission.djl.builtin;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.intermission.djl.data.Digits;
import dev.intermission.djl.data.Rows;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/**
 * Goes on training a TorchScript module that Python exported: as it says which of its parameters
 * are trained, from the weights that are in it.
 */
public final class TorchScriptProgram implements TrainingProgram {

  @Option(
      names = "--module",
      paramLabel = "<file>",
      description = "What torch.jit.script(model).save wrote.")
  private Path module;

  @Option(
      names = "--examples",
      paramLabel = "<file>",
      description =
          "Lines of numbers with commas between them, the last is the class; without it the"
              + " digits.")
  private Path examples;

  @Option(
      names = "--shape",
      defaultValue = "1,8,8",
      split = ",",
      paramLabel = "<sizes>",
      description = "Of one example, as the module takes it behind the batch.")
  private long[] shape = {1, Digits.SIDE, Digits.SIDE};

  private Optional<Rows.Split> rows = Optional.empty();
  private Optional<TorchScriptFile> file = Optional.empty();

  @Override
  public Block network() {
    return new TorchScriptBlock(file());
  }

  @Override
  public Shape input() {
    return new Shape(1).addAll(new Shape(shape));
  }

  @Override
  public ExampleSet training() {
    return shaped(rows().training());
  }

  @Override
  public ExampleSet validation() {
    return shaped(rows().validation());
  }

  @Override
  public String dataSet() {
    if (examples == null) return "uci-digits";
    var split = rows();
    return "%s %s, %d rows"
        .formatted(
            examples.getFileName(),
            split.digest(),
            split.training().count() + split.validation().count());
  }

  /** The code is in the file; the weights of a resume come from the checkpoint. */
  @Override
  public Map<String, String> traits() {
    return Map.of("module", file().codeDigest(), "shape", Arrays.toString(shape));
  }

  private TorchScriptFile file() {
    if (module == null)
      throw new IllegalArgumentException("--program torchscript needs a --module <file>");
    if (file.isEmpty()) file = Optional.of(TorchScriptFile.read(module));
    return file.get();
  }

  private Rows.Split rows() {
    if (rows.isEmpty())
      rows = Optional.of(examples == null ? digits() : Rows.read(examples).split());
    return rows.get();
  }

  private static Rows.Split digits() {
    var digits = Digits.load();
    return new Rows.Split(Rows.of(digits.training()), Rows.of(digits.validation()));
  }

  private ExampleSet shaped(Rows all) {
    if (LongStream.of(shape).reduce(1, Math::multiplyExact) != all.columns())
      throw new IllegalArgumentException(
          "--shape %s does not fit examples of %d numbers"
              .formatted(Arrays.toString(shape), all.columns()));
    return new RowExamples(all, new Shape(shape));
  }
}
