/**
 * Owns the trainer's side of the contract: when to save, hold, leave, and what to report, at each
 * step boundary.
 *
 * <p>May touch the shared directory (through {@code directory}), the clock, and one background
 * thread that writes snapshots.
 *
 * <p>Must never know S3, Kubernetes or a framework, and must never stop training for longer than a
 * memory copy of the state.
 */
package dev.intermission.sdk;
