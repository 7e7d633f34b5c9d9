/**
 * Owns: whether the API server takes the child Job that a spec describes, and its last answer.
 *
 * <p>May touch: dry-run creates of Jobs. Must never: create anything.
 */
package dev.intermission.operator.templates;
