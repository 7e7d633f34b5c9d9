/**
 * Owns the words in which a pass of the operator says what it saw: one immutable {@code
 * Observation} of cluster, agents and S3.
 *
 * <p>May touch values of crds, checkpoint and control. Must never decide, read a clock, or hold
 * anything that changes.
 *
 * <p>Everything here may be lost with the process at any time: a plan may use it to decide, and
 * what must survive goes into status.
 */
package dev.intermission.operator.plan.observation;
