/**
 * Owns: how a manifest becomes a folder. May touch: the folder's parent; the store, to read. Must
 * never: leave a partial folder or write outside it.
 */
package dev.intermission.checkpoint.restore;
