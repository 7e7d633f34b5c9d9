package dev.intermission.djl.program;

/** The learning rate by step: a pure function, so that a resume has nothing to restore for it. */
public interface Schedule {

  /** The rate of the step that follows {@code step}. */
  float after(long step);

  /** The step at which training is finished. */
  long totalSteps();
}
