package dev.intermission.djl.data;

/**
 * Labelled images in memory.
 *
 * @param pixels float32[count, 1, side, side], row-major, from 0 to 1; not copied, treat as
 *     constant
 * @param labels class of each image
 */
public record Examples(float[] pixels, int[] labels, int side) {

  public Examples {
    if (pixels.length != labels.length * side * side) {
      throw new IllegalArgumentException(
          labels.length + " labels for " + pixels.length + " pixels of images of side " + side);
    }
  }

  public int count() {
    return labels.length;
  }

  /** The images at {@code indices}, in that order. */
  public Examples pick(int... indices) {
    var size = side * side;
    var picked = new float[indices.length * size];
    var classes = new int[indices.length];
    for (var row = 0; row < indices.length; row++) {
      System.arraycopy(pixels, indices[row] * size, picked, row * size, size);
      classes[row] = labels[indices[row]];
    }
    return new Examples(picked, classes, side);
  }
}
