/**
 * Owns: what people are told about a job's checkpoints. May touch: the store, to read. Must never:
 * decide, change anything, or fail because one checkpoint is damaged.
 */
package dev.intermission.checkpoint.catalogue;
