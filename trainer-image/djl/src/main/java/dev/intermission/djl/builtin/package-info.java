/**
 * Owns the programs that the image brings: handwritten digits, a language model on a text, and what
 * Python exported.
 *
 * <p>May touch the data on the class path and DJL's types.
 *
 * <p>Must never know how a step is made, saved or resumed.
 */
package dev.intermission.djl.builtin;
