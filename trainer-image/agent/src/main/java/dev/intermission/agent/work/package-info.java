/**
 * Owns: the threads that make facts true: start, watch, upload, let go, stop.
 *
 * <p>May touch: the shared directory, S3 through the checkpoint module, threads and the monotonic
 * clock.
 *
 * <p>Must never: decide (that is {@code state}), answer HTTP, or block the trainer.
 */
package dev.intermission.agent.work;
