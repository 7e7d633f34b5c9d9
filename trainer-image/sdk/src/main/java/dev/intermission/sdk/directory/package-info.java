/**
 * Owns the files that trainer and agent exchange: their names, their JSON, and how they are
 * replaced (docs/trainer-contract.md).
 *
 * <p>May touch the shared directory. Used by the agent too, so it knows nothing of a training
 * session.
 *
 * <p>Must never wait, start a thread, read the environment or know S3.
 */
package dev.intermission.sdk.directory;
