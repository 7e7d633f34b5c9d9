/**
 * Owns: the format of manifests and parts. May touch: the store, to read manifests. Must never: let
 * a path leave its directory or believe bytes without their sum.
 */
package dev.intermission.checkpoint.manifest;
