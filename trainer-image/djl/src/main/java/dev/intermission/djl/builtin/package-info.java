/**
 * Owns the programs that the image brings: handwritten digits, and a language model on a text.
 *
 * <p>May touch the data on the class path and DJL's types.
 *
 * <p>Must never know how a step is made, saved or resumed.
 */
package dev.intermission.djl.builtin;
