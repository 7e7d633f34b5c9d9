/**
 * Owns: Kubernetes Events about TrainingJobs.
 *
 * <p>May touch: the API server's events. Must never: fail a reconcile, or tell what no status says.
 */
package dev.intermission.operator.events;
