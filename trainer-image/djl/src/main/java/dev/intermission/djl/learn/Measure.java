package dev.intermission.djl.learn;

import java.util.Locale;

/** By what the best weights are chosen. */
public enum Measure {
  /** They are not chosen. */
  NONE,
  /** The least validation loss. */
  LOSS,
  /** The highest validation accuracy. */
  ACCURACY;

  /** Whether {@code one} is better; equal is not, nor is what is no number. */
  boolean prefers(Evaluation one, Evaluation other) {
    return switch (this) {
      case NONE -> false;
      case LOSS -> one.loss() < other.loss();
      case ACCURACY -> one.accuracy() > other.accuracy();
    };
  }

  /** Whether it can be compared at all. */
  boolean accepts(Evaluation one) {
    return switch (this) {
      case NONE -> false;
      case LOSS -> Double.isFinite(one.loss());
      case ACCURACY -> true;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
