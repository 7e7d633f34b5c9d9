package dev.intermission.checkpoint.layout;

import java.util.Comparator;

/**
 * Orders the writers of a job: of two tokens the later one may write, the earlier one is fenced.
 *
 * @param run the operator's run number; grows by a seal
 * @param writerEpoch grows by every seal and claim
 */
public record FencingToken(long run, long writerEpoch) implements Comparable<FencingToken> {

  private static final Comparator<FencingToken> ORDER =
      Comparator.comparingLong(FencingToken::run).thenComparingLong(FencingToken::writerEpoch);

  public FencingToken {
    if (run < 1 || writerEpoch < 1) {
      throw new IllegalArgumentException(
          "run and writerEpoch start at 1: " + run + ", " + writerEpoch);
    }
  }

  @Override
  public int compareTo(FencingToken other) {
    return ORDER.compare(this, other);
  }

  /** As it stands in keys: {@code <run>-<writerEpoch>}. */
  @Override
  public String toString() {
    return run + "-" + writerEpoch;
  }
}
