/**
 * Owns: which checkpoints go, and when. May touch: marks, pins, manifests, parts and chunks. Must
 * never: delete what HEAD, the kept chain, a pin or the grace protects.
 */
package dev.intermission.checkpoint.retention;
