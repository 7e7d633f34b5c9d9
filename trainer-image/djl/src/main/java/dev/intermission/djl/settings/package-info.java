/**
 * Owns where a setting comes from: a flag, a variable of the environment, a file, or the default,
 * in this order; and refuses what nobody knows.
 *
 * <p>May touch the settings file and picocli's model of the options.
 *
 * <p>Must never know what a setting is for.
 */
package dev.intermission.djl.settings;
