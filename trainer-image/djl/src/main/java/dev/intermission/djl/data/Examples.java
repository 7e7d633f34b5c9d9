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
    var picked = Rows.of(this).pick(indices);
    return new Examples(picked.values(), picked.labels(), side);
  }

  /**
   * The same images, each moved: {@code by[2 * row]} pixels to the right and {@code by[2 * row +
   * 1]} down. What leaves the frame is gone, what comes in is blank.
   */
  public Examples moved(long... by) {
    if (by.length != 2 * count())
      throw new IllegalArgumentException(by.length + " moves for " + count() + " images");
    var moved = new float[pixels.length];
    for (var row = 0; row < count(); row++)
      move(moved, row * side * side, (int) by[2 * row], (int) by[2 * row + 1]);
    return new Examples(moved, labels, side);
  }

  private void move(float[] into, int image, int right, int down) {
    var width = side - Math.abs(right);
    for (var y = Math.max(0, down); y < Math.min(side, side + down); y++) {
      var from = image + (y - down) * side + Math.max(0, -right);
      System.arraycopy(pixels, from, into, image + y * side + Math.max(0, right), width);
    }
  }
}
