package dev.intermission.djl.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Labelled rows of numbers in memory.
 *
 * @param values float32[count, columns], row-major; not copied, treat as constant
 * @param labels class of each row
 */
public record Rows(float[] values, int[] labels) {

  private static final long SPLIT_SEED = 1998;
  private static final int VALIDATION_SHARE = 5;

  /** Rows to learn from, and rows that nobody learns from. */
  public record Split(Rows training, Rows validation) {

    /** Tells both from any other ones. */
    public String digest() {
      return ContentDigest.of(
          out -> {
            out.writeChars(training.digest());
            out.writeChars(validation.digest());
          });
    }
  }

  public Rows {
    if (labels.length == 0 || values.length % labels.length != 0)
      throw new IllegalArgumentException(
          labels.length + " labels for " + values.length + " numbers");
  }

  /** Images as rows of their pixels. */
  public static Rows of(Examples images) {
    return new Rows(images.pixels(), images.labels());
  }

  /**
   * Reads lines of numbers with commas between them, the last of which is the class.
   *
   * @throws IllegalArgumentException names the line that is not like that
   */
  public static Rows read(Path file) {
    try {
      return of(Files.readAllLines(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("--examples %s cannot be read: %s".formatted(file, e), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--examples %s, %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Rows of(List<String> lines) {
    if (lines.isEmpty()) throw new IllegalArgumentException("line 1: there is none");
    var columns = lines.getFirst().split(",").length - 1;
    var values = new float[lines.size() * columns];
    var labels = new int[lines.size()];
    for (var row = 0; row < labels.length; row++) {
      var cells = lines.get(row).split(",");
      try {
        if (cells.length != columns + 1 || columns == 0)
          throw new IllegalArgumentException(cells.length + " columns");
        for (var column = 0; column < columns; column++)
          values[row * columns + column] = Float.parseFloat(cells[column].strip());
        labels[row] = Integer.parseInt(cells[columns].strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "line %d: expected %d numbers and a class, found %s"
                .formatted(row + 1, columns, e.getMessage()),
            e);
      }
    }
    return new Rows(values, labels);
  }

  public int count() {
    return labels.length;
  }

  public int columns() {
    return values.length / labels.length;
  }

  /** Tells them from any other rows, also from the same ones in another order. */
  public String digest() {
    return ContentDigest.of(
        out -> {
          out.writeInt(columns());
          for (var value : values) out.writeFloat(value);
          for (var label : labels) out.writeInt(label);
        });
  }

  /** The rows at {@code indices}, in that order. */
  public Rows pick(int... indices) {
    var width = columns();
    var picked = new float[indices.length * width];
    var classes = new int[indices.length];
    for (var row = 0; row < indices.length; row++) {
      System.arraycopy(values, indices[row] * width, picked, row * width, width);
      classes[row] = labels[indices[row]];
    }
    return new Rows(picked, classes);
  }

  /** A fifth of them, by chance but always the same, is for validation. */
  public Split split() {
    var shuffled = Permutation.of(count(), SPLIT_SEED);
    var validation = Math.max(1, count() / VALIDATION_SHARE);
    return new Split(
        pick(Arrays.copyOfRange(shuffled, validation, count())),
        pick(Arrays.copyOfRange(shuffled, 0, validation)));
  }
}
