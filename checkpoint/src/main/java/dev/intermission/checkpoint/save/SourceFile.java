package dev.intermission.checkpoint.save;

import java.nio.file.Path;

/**
 * A file to save.
 *
 * @param path relative to the directory, with {@code /} between its segments
 * @param file where it is
 * @param bytes its length when the directory was looked through
 */
record SourceFile(String path, Path file, long bytes) {}
