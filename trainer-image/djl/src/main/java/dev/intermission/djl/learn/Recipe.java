package dev.intermission.djl.learn;

/** What decides a training's result, bit by bit, together with the data and the numeric profile. */
public record Recipe(CosineSchedule schedule, int batchSize, Seeds seeds, int threads) {

  public Recipe {
    if (threads < 1)
      throw new IllegalArgumentException("--threads must be at least 1, is " + threads);
  }
}
