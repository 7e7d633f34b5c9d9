/**
 * Owns every decision of the operator: {@code (spec, status, observation, now) -> Plan}, one class
 * per policy.
 *
 * <p>May touch values of crds, checkpoint and control. Must never touch a Kubernetes client, JOSDK,
 * a clock, a thread, or anything that does I/O.
 *
 * <p>Whatever cannot be undone (seal, release, a new run) follows from status, HEAD and the cluster
 * alone, so that the operator may die between any two effects. {@code spec/model.py} explores the
 * same rules.
 */
package dev.intermission.operator.plan;
