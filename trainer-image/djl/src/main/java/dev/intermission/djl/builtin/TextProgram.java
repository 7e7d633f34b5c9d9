package dev.intermission.djl.builtin;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.intermission.djl.data.Text;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * A transformer learns to write like a text, character by character; 6 million parameters unless it
 * is made smaller.
 */
public final class TextProgram implements TrainingProgram {

  @Option(
      names = "--text",
      paramLabel = "<file>",
      description = "What to learn from; without it Newton's Opticks.")
  private Path file;

  @Option(names = "--layers", defaultValue = "6", description = "Transformer blocks.")
  private int layers = 6;

  @Option(names = "--width", defaultValue = "288", description = "Numbers for each character.")
  private int width = 288;

  @Option(names = "--heads", defaultValue = "6", description = "Heads of attention; divide width.")
  private int heads = 6;

  @Option(names = "--context", defaultValue = "64", description = "Characters that are looked at.")
  private int context = 64;

  @Option(names = "--dropout", defaultValue = "0.1", description = "Share that is dropped.")
  private float dropout = 0.1f;

  private Optional<Text> text = Optional.empty();

  public TextProgram() {}

  /** The same on a text that is at hand. */
  TextProgram(Text text) {
    this.text = Optional.of(text);
  }

  @Override
  public Block network() {
    return new Transformer(text().alphabet().length(), context, layers, heads, dropout).over(width);
  }

  @Override
  public Shape input() {
    return new Shape(1, context);
  }

  @Override
  public ExampleSet training() {
    return new Windows(text(), text().training(), context);
  }

  @Override
  public ExampleSet validation() {
    return new Windows(text(), text().validation(), context);
  }

  @Override
  public String dataSet() {
    return "%s %s, windows of %d".formatted(text().name(), text().digest(), context);
  }

  @Override
  public Map<String, String> defaults() {
    return Map.of("batch-size", "16", "learning-rate", "0.0005", "weight-decay", "0.1");
  }

  @Override
  public Map<String, String> traits() {
    return Map.of("heads", Integer.toString(heads), "dropout", Float.toString(dropout));
  }

  private Text text() {
    if (text.isEmpty())
      text = Optional.of(Optional.ofNullable(file).map(Text::read).orElseGet(Text::opticks));
    return text.get();
  }

  /** Windows beside each other; the label of each character is the one that follows it. */
  private record Windows(Text text, Text.Range range, int context) implements ExampleSet {

    Windows {
      if (range.length() <= context)
        throw new IllegalArgumentException(
            "--text: %d characters are too few for a --context of %d"
                .formatted(range.length(), context));
    }

    @Override
    public int count() {
      return (range.length() - 1) / context;
    }

    @Override
    public Batch batch(NDManager owner, int... indices) {
      var inputs = new long[indices.length * context];
      var labels = new long[indices.length * context];
      for (var row = 0; row < indices.length; row++) {
        var from = range.from() + indices[row] * context;
        for (var i = 0; i < context; i++) {
          inputs[row * context + i] = text.at(from + i);
          labels[row * context + i] = text.at(from + i + 1);
        }
      }
      return new Batch(
          new NDList(owner.create(inputs, new Shape(indices.length, context))),
          new NDList(owner.create(labels, new Shape(labels.length))));
    }
  }
}
