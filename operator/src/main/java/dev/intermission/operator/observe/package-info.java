/**
 * Owns: one immutable {@code Observation} a pass, from informers and from the last answers of
 * agents and S3.
 *
 * <p>May touch: informer caches; a live GET of a pod or node that the caches cannot tell about.
 * Must never: decide, write, or wait for anything but the API server.
 */
package dev.intermission.operator.observe;
