/**
 * Owns the trainer program: flags, the loop, what it prints, its exit code.
 *
 * <p>May touch the SDK's session and the packages below; nothing else calls {@code new} on them.
 *
 * <p>Must never know S3 or Kubernetes, or how a checkpoint's files look.
 */
package dev.intermission.djl;
