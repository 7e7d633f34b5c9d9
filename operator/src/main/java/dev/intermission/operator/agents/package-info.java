/**
 * Owns: the conversation with agents, and the newest answer of each.
 *
 * <p>May touch: pods' IPs over HTTP, the operator's signing key. Must never: decide anything, block
 * a reconcile, or keep a fact that a restart may not lose.
 */
package dev.intermission.operator.agents;
