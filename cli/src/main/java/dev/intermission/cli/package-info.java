/**
 * Owns: what a person types, reads and gets as an exit code. May touch: the store through the
 * checkpoint library, folders that were named. Must never: know the store's format, or the SDK.
 */
package dev.intermission.cli;
