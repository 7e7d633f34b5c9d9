package dev.intermission.djl.learn;

/**
 * What the validation examples say of the weights after a step.
 *
 * @param loss mean over all rows
 * @param accuracy share of the rows whose most likely class is the label
 */
public record Evaluation(long step, double loss, double accuracy) {}
