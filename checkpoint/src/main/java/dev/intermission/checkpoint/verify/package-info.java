/**
 * Owns: whether a checkpoint can be restored. May touch: the store, to read. Must never: believe
 * anybody but the store.
 */
package dev.intermission.checkpoint.verify;
