/**
 * Owns the event files that TensorBoard reads: their format, and that no step is in them twice.
 *
 * <p>May touch the folder that it is given.
 *
 * <p>Must never know what a number means, or stop a training because one could not be written.
 */
package dev.intermission.djl.metrics;
