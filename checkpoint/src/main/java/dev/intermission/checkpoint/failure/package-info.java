/**
 * Owns: every way in which the store can refuse or fail. May touch: nothing. Must never: be thrown
 * without saying what was spared and what to do.
 */
package dev.intermission.checkpoint.failure;
