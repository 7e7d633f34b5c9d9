/**
 * Owns: carrying out what a plan wants, one thin and idempotent executor for each kind of action.
 *
 * <p>May touch: the API server (create and delete children), agents and S3 through their own
 * packages. Must never: look around, decide, or write status.
 */
package dev.intermission.operator.act;
