package dev.intermission.djl.data;

/**
 * Where training stands between two steps.
 *
 * @param step optimizer updates made
 * @param epoch passes over the data completed
 * @param batch batches of the current pass that were used
 */
public record Position(long step, long epoch, int batch) {

  public static final Position START = new Position(0, 0, 0);

  public Position {
    if (step < 0 || epoch < 0 || batch < 0) {
      throw new IllegalArgumentException(
          "a position has no negative part: step %d, epoch %d, batch %d"
              .formatted(step, epoch, batch));
    }
  }

  /**
   * The same place in the pass when it is cut otherwise from now on: no example that was used is
   * used again in this pass, and where less than a batch is left the next pass begins.
   */
  public Position recut(int oldSize, int newSize, int newBatchesPerEpoch) {
    if (oldSize == newSize) return this;
    var used = (batch * (long) oldSize + newSize - 1) / newSize;
    return used < newBatchesPerEpoch
        ? new Position(step, epoch, (int) used)
        : new Position(step, epoch + 1, 0);
  }

  /** After one more step. */
  public Position next(int batchesPerEpoch) {
    return batch + 1 < batchesPerEpoch
        ? new Position(step + 1, epoch, batch + 1)
        : new Position(step + 1, epoch + 1, 0);
  }
}
