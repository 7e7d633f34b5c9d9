/**
 * Owns: how a folder becomes chunks, parts and a manifest. May touch: the folder, to read; chunks
 * and parts. Must never: re-use a chunk that HEAD's manifest does not list.
 */
package dev.intermission.checkpoint.save;
