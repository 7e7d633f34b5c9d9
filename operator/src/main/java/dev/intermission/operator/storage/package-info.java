/**
 * Owns: the operator's work in S3, beside the reconciles, and the newest result of each kind.
 *
 * <p>May touch: the checkpoint store, Secrets of jobs. Must never: write a checkpoint, choose what
 * to do, or use the installation's credentials anywhere but in the installation's bucket.
 */
package dev.intermission.operator.storage;
