/**
 * Owns: what is known about this worker ({@code Facts}) and every decision that follows from it, as
 * pure functions.
 *
 * <p>May touch: its arguments.
 *
 * <p>Must never: read a clock, a file or a socket, start a thread, or call S3.
 */
package dev.intermission.agent.state;
