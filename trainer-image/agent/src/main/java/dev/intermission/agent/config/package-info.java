/**
 * Owns: what the operator tells the agent through its environment, checked as a whole.
 *
 * <p>May touch: a map of strings.
 *
 * <p>Must never: read the real environment (AgentMain hands it in), or print a secret.
 */
package dev.intermission.agent.config;
