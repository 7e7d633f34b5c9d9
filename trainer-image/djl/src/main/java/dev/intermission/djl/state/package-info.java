/**
 * Owns the files of a checkpoint: tensors, readable state, architecture, numeric profile, digests.
 *
 * <p>May touch the learner's memory through byte buffers, and the directory it is given.
 *
 * <p>Must never call the framework: a snapshot is written while training goes on.
 */
package dev.intermission.djl.state;
