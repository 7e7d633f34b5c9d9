package dev.intermission.agent.state;

import java.nio.file.Path;

/**
 * A step that the trainer is still writing.
 *
 * @param step that it will be
 * @param path of the folder under its temporary name; it may vanish at any time
 */
public record Unfinished(long step, Path path) {}
