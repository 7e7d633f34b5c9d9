/**
 * Owns: the names of the facts in log lines.
 *
 * <p>May touch: nothing. Must never: hold more than names.
 */
package dev.intermission.operator.logging;
