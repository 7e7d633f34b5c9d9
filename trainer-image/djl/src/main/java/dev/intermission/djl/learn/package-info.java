/**
 * Owns what learns: the network in libtorch, the optimizer, the schedule, the seeds.
 *
 * <p>May touch DJL and libtorch; this is the only package that does.
 *
 * <p>Must never write a file, or hide state: every number that a next step depends on can be read
 * and set.
 */
package dev.intermission.djl.learn;
