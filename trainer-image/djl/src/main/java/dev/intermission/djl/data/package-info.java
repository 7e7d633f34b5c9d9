/**
 * Owns the examples and the order in which training sees them: a pure function of seed and
 * position.
 *
 * <p>May touch the data set on the class path.
 *
 * <p>Must never know a framework or keep state that a checkpoint would have to carry, other than
 * the position.
 */
package dev.intermission.djl.data;
