/**
 * Owns: what the operator's environment says, as validated records.
 *
 * <p>May touch: the environment and the files that it names. Must never: be changed after start.
 */
package dev.intermission.operator.config;
