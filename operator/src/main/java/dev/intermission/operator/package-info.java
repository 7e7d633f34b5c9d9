/**
 * Owns: the process: wiring, the loop's adapter, start and stop.
 *
 * <p>May touch: everything below it. Must never: hold a rule that belongs to a policy.
 */
package dev.intermission.operator;
