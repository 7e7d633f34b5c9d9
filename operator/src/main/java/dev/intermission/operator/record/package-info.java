/**
 * Owns: the one status write of a pass, and the events that tell of it.
 *
 * <p>May touch: the status subresource of TrainingJobs, events. Must never: write {@code spec}, or
 * write over a version that the plan was not made from.
 */
package dev.intermission.operator.record;
