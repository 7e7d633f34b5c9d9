/**
 * Owns: the agent's numbers and their names.
 *
 * <p>May touch: what it is told, and the clock it is given.
 *
 * <p>Must never: decide anything, or wait.
 */
package dev.intermission.agent.metrics;
