/**
 * Owns: what the operator counts and times, under low-cardinality names (never one series a job).
 *
 * <p>May touch: Micrometer. Must never: be read by a decision.
 */
package dev.intermission.operator.metrics;
