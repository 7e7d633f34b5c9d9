package dev.intermission.control;

/**
 * Something that a person should know.
 *
 * @param reason CamelCase cause; becomes the condition's reason
 * @param message what happened to what, what was spared, and what to do
 */
public record Problem(String reason, String message) {}
