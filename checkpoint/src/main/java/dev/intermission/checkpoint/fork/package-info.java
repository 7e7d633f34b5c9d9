/**
 * Owns: how another job's checkpoint becomes one of ours: {@code Origin.find}, {@code Fork.take},
 * the seal with a rollback to what came of it, {@code Fork.release}. May touch: pins of the origin;
 * chunks and a manifest of a token that nobody writes under yet. Must never: move HEAD, or leave a
 * job dependent on another's objects.
 */
package dev.intermission.checkpoint.fork;
