/**
 * Owns: how many things happen at once. May touch: virtual threads. Must never: leave one running.
 */
package dev.intermission.checkpoint.parallel;
