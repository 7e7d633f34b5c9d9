/**
 * Owns what somebody writes to train something of their own: {@link
 * dev.intermission.djl.program.TrainingProgram} and the values it speaks in.
 *
 * <p>May touch DJL's types.
 *
 * <p>Must never know how a step is made, saved or resumed.
 */
package dev.intermission.djl.program;
