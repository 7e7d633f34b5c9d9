/**
 * Owns: the HTTP port that kubelet and Prometheus ask.
 *
 * <p>May touch: the probes it is given. Must never: wait for anything.
 */
package dev.intermission.operator.health;
