/**
 * Owns: HEAD: seal, claim, commit, un-hold, each one swap. May touch: HEAD and manifests. Must
 * never: create HEAD but by a seal, or move it without a swap of what was read.
 */
package dev.intermission.checkpoint.protocol;
