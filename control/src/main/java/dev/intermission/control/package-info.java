/**
 * Owns: the words that operator and agent exchange over HTTP, and the signature that makes the
 * agent believe them.
 *
 * <p>May touch: bytes, keys and a clock that it is given.
 *
 * <p>Must never: open a connection, read a file, or know Kubernetes or S3.
 */
package dev.intermission.control;
