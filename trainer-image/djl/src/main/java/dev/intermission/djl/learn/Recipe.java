package dev.intermission.djl.learn;

import dev.intermission.djl.program.AdamW;
import dev.intermission.djl.program.Schedule;

/** What decides a training's result, bit by bit, together with program and numeric profile. */
public record Recipe(
    Schedule schedule, AdamW optimizer, Batching batching, Seeds seeds, int threads) {

  public Recipe {
    if (threads < 1)
      throw new IllegalArgumentException("--threads must be at least 1, is " + threads);
  }

  /** Plain Adam, one forward pass a step. */
  public Recipe(Schedule schedule, int batchSize, Seeds seeds, int threads) {
    this(schedule, AdamW.WITHOUT_DECAY, new Batching(batchSize, 1), seeds, threads);
  }
}
