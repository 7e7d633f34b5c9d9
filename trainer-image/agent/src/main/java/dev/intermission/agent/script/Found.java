package dev.intermission.agent.script;

import java.nio.file.Path;

/**
 * A checkpoint of the script as it was seen.
 *
 * @param path where it is; its last name matches the pattern
 * @param print what it looked like
 */
record Found(Path path, Print print) {

  String name() {
    return path.getFileName().toString();
  }
}
