/**
 * Owns: what the operator's child resources look like, as pure functions of job and run.
 *
 * <p>May touch: Kubernetes model classes. Must never: talk to a cluster, read a clock or draw a
 * random number.
 */
package dev.intermission.operator.resources;
