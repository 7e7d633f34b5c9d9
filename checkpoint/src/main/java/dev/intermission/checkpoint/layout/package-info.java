/**
 * Owns: names: of jobs, fencing tokens, sums and every S3 key. May touch: nothing. Must never: let
 * another package build a key.
 */
package dev.intermission.checkpoint.layout;
