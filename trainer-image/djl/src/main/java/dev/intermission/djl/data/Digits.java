package dev.intermission.djl.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The 1,797 handwritten digits of the UCI set, split once and for all: every run of every job
 * trains on the same images.
 *
 * @see <a
 *     href="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits">the
 *     data set</a> (source and licence stand beside the resource)
 */
public record Digits(Examples training, Examples validation) {

  public static final int SIDE = 8;
  public static final int CLASSES = 10;
  private static final int VALIDATION = 360;
  private static final float DARKEST = 16;
  private static final long SPLIT_SEED = 1998;

  public static Digits load() {
    var all = read();
    var shuffled = Permutation.of(all.count(), SPLIT_SEED);
    return new Digits(
        all.pick(Arrays.copyOfRange(shuffled, VALIDATION, all.count())),
        all.pick(Arrays.copyOfRange(shuffled, 0, VALIDATION)));
  }

  private static Examples read() {
    try (var resource = Digits.class.getResourceAsStream("digits.csv.gz");
        var reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.US_ASCII))) {
      var lines = reader.lines().toList();
      var pixels = new float[lines.size() * SIDE * SIDE];
      var labels = new int[lines.size()];
      for (var row = 0; row < labels.length; row++) {
        var columns = lines.get(row).split(",");
        for (var pixel = 0; pixel < SIDE * SIDE; pixel++) {
          pixels[row * SIDE * SIDE + pixel] = Integer.parseInt(columns[pixel]) / DARKEST;
        }
        labels[row] = Integer.parseInt(columns[SIDE * SIDE]);
      }
      return new Examples(pixels, labels, SIDE);
    } catch (IOException e) {
      throw new UncheckedIOException("The digits are missing from the class path", e);
    }
  }
}
