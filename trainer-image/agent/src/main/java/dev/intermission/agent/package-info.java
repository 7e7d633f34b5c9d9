/**
 * Owns: starting and stopping the sidecar; {@code AgentApp} is the only place that wires it.
 *
 * <p>May touch: the environment, signals, and every package below.
 *
 * <p>Must never: decide anything; decisions are pure functions in {@code state}.
 */
package dev.intermission.agent;
